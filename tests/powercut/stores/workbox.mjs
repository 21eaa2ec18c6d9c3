// @ts-check
/** Workbox's queue for requests that could not be sent; it lives in a service worker, to which the page talks. */
import { sleep } from "../page/host.mjs";

const WORKER = "/tests/powercut/stores/workbox-worker.mjs";
/** After a cut the first registration may be refused: the browser has just found its own database broken. */
const MOST_TRIES = 4;

/** @type {ServiceWorker} */
let worker;

/** @template T @param {object} message @returns {Promise<T>} */
function call(message) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (/** @type {MessageEvent<{ value: T } | { failure: string }>} */ { data }) => {
      if ("failure" in data) reject(new Error(data.failure));
      else resolve(data.value);
    };
    worker.postMessage(message, [port2]);
  });
}

async function register() {
  for (let tries = 1; ; tries += 1) {
    try {
      return await navigator.serviceWorker.register(WORKER, { type: "module", scope: "/" });
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await sleep(1_000);
    }
  }
}

/** @type {import("../page/peer.mjs").PeerStore} */
export const store = {
  async open() {
    await register();
    const { active } = await navigator.serviceWorker.ready;
    if (!active) throw new Error("a ready registration has an active worker");
    worker = active;
  },
  put: (entry) => call({ put: entry }),
  // One entry that cannot be read makes the whole queue unreadable: then nothing is listed.
  ids: () => call({ ids: true }),
  get: (id) => call({ get: id }),
};
