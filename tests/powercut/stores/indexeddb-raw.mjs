// @ts-check
/** IndexedDB without a library: one value for each record, one transaction for each value. */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the request failed"));
  });
}

/**
 * @param {string} name
 * @param {IDBTransactionDurability | undefined} durability
 * @returns {import("../page/peer.mjs").PeerStore}
 */
export function rawStore(name, durability) {
  /** @type {IDBDatabase} */
  let database;
  const read = () => database.transaction("records").objectStore("records");
  return {
    async open() {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore("records", { keyPath: "id" });
      database = await done(request);
    },
    put: (entry) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction("records", "readwrite", durability ? { durability } : {});
        transaction.objectStore("records").put(entry);
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
      }),
    ids: async () => (await done(read().getAllKeys())).map(String),
    async get(id) {
      /** @type {IDBRequest<import("../page/peer.mjs").Entry>} */
      const request = read().get(id);
      return done(request);
    },
  };
}
