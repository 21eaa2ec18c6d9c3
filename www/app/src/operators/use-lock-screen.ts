import { useCallback, useEffect, useState } from "preact/hooks";
import type { LockScreen, Station } from "rekam";

const TICK_MS = 1_000;
/** What has passed of a lock-out is kept at each look: a reload costs no more than this. */
const LOOK_EVERY_MS = 10_000;

/** The lock screen, counting down while somebody is locked out. */
export function useLockScreen(station: Station, first: LockScreen): [screen: LockScreen, refresh: () => Promise<void>] {
  const [screen, setScreen] = useState(first);
  const refresh = useCallback(async () => setScreen(await station.lockScreen()), [station]);
  useEffect(() => void refresh().catch(() => undefined), [refresh]);
  const waits = screen.operators.some(({ lockedFor }) => lockedFor > 0);
  useEffect(() => {
    if (!waits) return;
    let counted = performance.now();
    let looked = counted;
    const timer = setInterval(() => {
      const now = performance.now();
      const passed = now - counted;
      counted = now;
      setScreen((before) => after(before, passed));
      if (now - looked < LOOK_EVERY_MS) return;
      looked = now;
      refresh().catch(() => undefined);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [waits, refresh]);
  return [screen, refresh];
}

function after(screen: LockScreen, passed: number): LockScreen {
  const operators = screen.operators.map((one) => ({ ...one, lockedFor: Math.max(0, one.lockedFor - passed) }));
  return { ...screen, operators };
}
