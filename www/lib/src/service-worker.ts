// The sender: attached to a service worker, it uploads with the page open or closed.
import { codeOf } from "./errors.js";
import { DEFAULT_NAME, StationCore } from "./station-core.js";
import { isSyncMessage, stationOfTag } from "./sync-words.js";
import { init } from "./wasm.js";

/** What is needed of a service worker's global scope. */
export interface UploadScope {
  addEventListener(type: string, listener: (event: Event) => void): void;
}

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

/** Waits of up to this long are waited out; for longer ones the worker goes to sleep and is woken again. */
const LONGEST_WAIT_MS = 30_000;
/** A browser ends an event after some minutes: rather end in order before. */
const LONGEST_RUN_MS = 4 * 60_000;

/**
 * Attaches the sender to a service worker: it runs on Background Sync, on a page's message and when the worker starts
 * its life. Call it while the script is evaluated first.
 *
 * @param options.wasm - Where `rekam_bg.wasm` is served; precache it.
 */
export function handleUpload(scope: UploadScope, options: { wasm: string | URL }): void {
  const runs = new Map<string, Promise<boolean>>();

  // One run at a time for each station; who asks meanwhile joins it, and whatever was sealed since is in the next loop.
  const run = (name: string, now = false): Promise<boolean> => {
    const running = runs.get(name);
    if (running) return running.then((done) => (done && !now) || run(name, now));
    const started = send(name, now, options.wasm).finally(() => runs.delete(name));
    runs.set(name, started);
    return started;
  };

  scope.addEventListener("sync", (event) => {
    const name = stationOfTag((event as Event & { tag: string }).tag);
    if (name === undefined) return;
    const sent = run(name).then((done) => {
      // A rejected promise makes the browser come back later.
      if (!done) throw new Error("packets still wait");
    });
    (event as ExtendableEvent).waitUntil(sent);
  });
  scope.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (isSyncMessage(data)) (event as ExtendableEvent).waitUntil(run(data.name, data.now));
  });
  scope.addEventListener("activate", (event) => (event as ExtendableEvent).waitUntil(run(DEFAULT_NAME)));
}

/** Sends until nothing waits or waiting is not worth it. Resolves with whether nothing is left to do without a person. */
async function send(name: string, now: boolean, wasm: string | URL): Promise<boolean> {
  const from = performance.now();
  await init(wasm);
  const station = await StationCore.open(name);
  try {
    for (;;) {
      const { waiting, retryIn } = await station.sync(now);
      if (waiting === 0 || retryIn === null) return true;
      if (retryIn > LONGEST_WAIT_MS || performance.now() - from + retryIn > LONGEST_RUN_MS) return false;
      await new Promise((resolve) => setTimeout(resolve, retryIn));
    }
  } catch (error) {
    // Before it is paired there is nothing to send.
    if (codeOf(error) === "station_not_paired") return true;
    throw error;
  } finally {
    station.close();
  }
}
