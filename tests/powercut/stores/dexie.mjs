// @ts-check
/** Dexie, as its documentation begins. */
import { Dexie } from "dexie";

/** @typedef {import("../page/peer.mjs").Entry} Entry */

const database = new Dexie("powercut");
database.version(1).stores({ records: "id" });
/** @type {import("dexie").Table<Entry, string>} */
const records = database.table("records");

/** @type {import("../page/peer.mjs").PeerStore} */
export const store = {
  open: async () => void (await database.open()),
  put: (entry) => records.put(entry),
  ids: () => records.toCollection().primaryKeys(),
  async get(id) {
    const entry = await records.get(id);
    if (!entry) throw new Error("listed and not there");
    return entry;
  },
};
