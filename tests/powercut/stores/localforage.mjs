// @ts-check
/** localForage over IndexedDB. */
import localforage from "localforage";

/** @type {import("../page/peer.mjs").PeerStore} */
export const store = {
  async open() {
    await localforage.setDriver(localforage.INDEXEDDB);
    await localforage.ready();
  },
  put: (entry) => localforage.setItem(entry.id, entry),
  ids: () => localforage.keys(),
  async get(id) {
    /** @type {import("../page/peer.mjs").Entry | null} */
    const entry = await localforage.getItem(id);
    if (!entry) throw new Error("listed and not there");
    return entry;
  },
};
