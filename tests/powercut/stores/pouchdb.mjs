// @ts-check
/** PouchDB: a document for each record, the bytes as its attachment. */
import PouchDB from "pouchdb-browser";

const TYPE = "application/octet-stream";

const database = new PouchDB("powercut");

/** @type {import("../page/peer.mjs").PeerStore} */
export const store = {
  open: async () => void (await database.info()),
  put: ({ id, sha256, bytes }) =>
    database.put({
      _id: id,
      sha256,
      _attachments: { packet: { content_type: TYPE, data: new Blob([bytes], { type: TYPE }) } },
    }),
  ids: async () => (await database.allDocs()).rows.map((row) => row.id),
  async get(id) {
    const { sha256 } = await database.get(id);
    return { sha256, bytes: await (await database.getAttachment(id, "packet")).arrayBuffer() };
  },
};
