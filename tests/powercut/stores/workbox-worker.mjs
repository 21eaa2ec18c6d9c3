// @ts-check
/** The service worker around Workbox's queue. */
import { Queue } from "workbox-background-sync";

/** @typedef {import("../page/peer.mjs").Entry} Entry */
/** @typedef {{ put: Entry } | { ids: true } | { get: string }} Message */
/** @typedef {{ waitUntil(promise: Promise<unknown>): void } & MessageEvent<unknown>} ExtendableMessage */

const scope = /** @type {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} */ (
  /** @type {unknown} */ (globalThis)
);
/** Nothing is replayed: the queue is where requests wait for a network. */
const queue = new Queue("powercut", { onSync: () => Promise.resolve(), maxRetentionTime: 7 * 24 * 60 });

async function entries() {
  const all = await queue.getAll();
  return all.map(({ request, metadata }) => ({ request, .../** @type {{ id: string, sha256: string }} */ (metadata) }));
}

/** @param {Message} message @returns {Promise<unknown>} */
async function answer(message) {
  if ("put" in message) {
    const { id, sha256, bytes } = message.put;
    const request = new Request("/nowhere", { method: "POST", body: bytes });
    return queue.pushRequest({ request, metadata: { id, sha256 } });
  }
  const all = await entries().catch(() => []);
  if ("ids" in message) return all.map(({ id }) => id);
  const entry = all.find(({ id }) => id === message.get);
  if (!entry) throw new Error("not in the queue");
  return { sha256: entry.sha256, bytes: await entry.request.arrayBuffer() };
}

addEventListener("install", () => void scope.skipWaiting());
addEventListener("activate", (event) => /** @type {ExtendableMessage} */ (event).waitUntil(scope.clients.claim()));
addEventListener("message", (event) => {
  const message = /** @type {ExtendableMessage} */ (event);
  const [port] = message.ports;
  const answered = answer(/** @type {Message} */ (message.data)).then(
    (value) => port?.postMessage({ value }),
    (error) => port?.postMessage({ failure: String(error) }),
  );
  message.waitUntil(answered);
});
