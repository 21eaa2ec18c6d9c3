import { useEffect, useRef } from "preact/hooks";

/** As long as one applicant takes: a clerk who is away longer has left the tablet to whoever comes by. */
const IDLE_LOCK_MS = 15 * 60_000;
const LOOK_EVERY_MS = 10_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** Calls again and again, every few seconds, while nobody has touched the tablet for long. */
export function useIdle(idle: () => void): void {
  const call = useRef(idle);
  call.current = idle;
  useEffect(() => {
    let seen = now();
    const isIdle = () => {
      const { clock, running } = now();
      // A tablet that slept does not count in `running`; a clock that was changed locks early at worst.
      return Math.max(clock - seen.clock, running - seen.running) >= IDLE_LOCK_MS;
    };
    const look = () => {
      if (isIdle()) call.current();
    };
    const touched = () => {
      // The first touch after a long sleep may come before any timer.
      look();
      seen = now();
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    for (const sign of SIGNS) addEventListener(sign, touched, { capture: true, passive: true });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      for (const sign of SIGNS) removeEventListener(sign, touched, { capture: true });
    };
  }, []);
}

function now(): { clock: number; running: number } {
  return { clock: Date.now(), running: performance.now() };
}
