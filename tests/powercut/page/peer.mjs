// @ts-check
/** Any store but ours: records of random bytes, put one after another, acknowledged when the store says that it is done. */
import { randomBytes, sha256, SIZE_BYTES, tell } from "./host.mjs";

/**
 * What each file of stores/ exports.
 *
 * @typedef {object} PeerStore
 * @property {() => Promise<void>} open
 * @property {(entry: Entry) => Promise<unknown>} put resolves when the store says that it is stored
 * @property {() => Promise<string[]>} ids what it lists
 * @property {(id: string) => Promise<{ sha256: string, bytes: BufferSource }>} get throws where an entry cannot be read
 * @typedef {{ id: string, sha256: string, bytes: Uint8Array<ArrayBuffer> }} Entry
 */

/** @param {PeerStore} store @param {string} id */
async function read(store, id) {
  try {
    const { sha256: expected, bytes } = await store.get(id);
    return { id, readable: (await sha256(bytes)) === expected, sha256: expected };
  } catch {
    return { id, readable: false, sha256: "" };
  }
}

export async function run() {
  const name = new URLSearchParams(location.search).get("store") ?? "";
  /** @type {unknown} */
  const module = await import(`../stores/${name}.mjs`);
  const { store } = /** @type {{ store: PeerStore }} */ (module);
  await store.open();
  const entries = [];
  for (const id of await store.ids()) entries.push(await read(store, id));
  const answer = await tell({ type: "survey", entries });
  if (answer.work === "drain") return;
  for (;;) {
    const bytes = randomBytes(SIZE_BYTES);
    const entry = { id: crypto.randomUUID(), sha256: await sha256(bytes), bytes };
    await tell({ type: "begin", op: "put", id: entry.id, sha256: entry.sha256 });
    await store.put(entry);
    await tell({ type: "done", op: "put", id: entry.id, sha256: entry.sha256 });
  }
}
