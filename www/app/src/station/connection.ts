import type { Link, Station } from "rekam";

const FIRST_DELAY_MS = 15_000;
/** Long enough to cost no battery, short enough not to miss a window of five minutes. */
const LONGEST_DELAY_MS = 5 * 60_000;

export interface Connection {
  /** Probes now, and starts over with short delays; what waits is sent by a person's word with `now`. */
  wake(now?: boolean): void;
  /** Something began to wait: makes sure that the timer runs. */
  arm(): void;
  stop(): void;
}

/**
 * Asks the registry whether it can be reached, and wakes the sender when it can: at the start, when the browser sees a
 * change, when the page is shown, and on a timer that backs off while something waits.
 */
export function watchConnection(station: Station, waits: () => boolean, report: (link: Link) => void): Connection {
  let delay = FIRST_DELAY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let probing = false;
  let again = false;
  let urgent = false;
  let stopped = false;

  const probe = async () => {
    if (probing) {
      again = true;
      return;
    }
    const now = urgent;
    urgent = false;
    probing = true;
    clearTimeout(timer);
    timer = undefined;
    const link = await station.probe().catch((error: unknown): Link => ({ online: false, code: codeOf(error) }));
    if (!stopped) report(link);
    // A failure to send is told by the packet itself.
    if (link.online && !stopped) await station.sync({ now }).catch(() => undefined);
    probing = false;
    if (again && !stopped) {
      again = false;
      void probe();
    } else {
      arm();
    }
  };
  const arm = () => {
    if (stopped || probing || timer !== undefined || !waits()) return;
    timer = setTimeout(() => void probe(), delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  };
  const wake = (now = false) => {
    delay = FIRST_DELAY_MS;
    urgent ||= now;
    void probe();
  };
  const wakeOnChange = () => wake();
  const wakeWhenShown = () => {
    if (document.visibilityState === "visible") wake();
  };

  addEventListener("online", wakeOnChange);
  addEventListener("offline", wakeOnChange);
  const cost = connectionOf(navigator);
  cost?.addEventListener("change", wakeOnChange);
  document.addEventListener("visibilitychange", wakeWhenShown);
  wake();
  return {
    wake,
    arm,
    stop() {
      stopped = true;
      clearTimeout(timer);
      removeEventListener("online", wakeOnChange);
      removeEventListener("offline", wakeOnChange);
      cost?.removeEventListener("change", wakeOnChange);
      document.removeEventListener("visibilitychange", wakeWhenShown);
    },
  };
}

/** What Chromium knows of the link: it changes when a tablet comes from mobile data to Wi-Fi. */
function connectionOf(navigator: Navigator & { connection?: EventTarget }): EventTarget | undefined {
  return navigator.connection;
}

/** The code of a failed step; errors from other realms are no `RekamError` here. */
export function codeOf(error: unknown): string {
  const code = error instanceof Object && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "internal_error";
}
