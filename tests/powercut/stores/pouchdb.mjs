// @ts-check
/** PouchDB: a document for each record, the bytes as its attachment. */
import PouchDB from "pouchdb-browser";

const TYPE = "application/octet-stream";

/** The part of PouchDB that is used here: the package has no types of its own. */
const database =
  /** @type {{ info(): Promise<unknown>, put(document: object): Promise<unknown>, allDocs(): Promise<{ rows: { id: string }[] }>, get(id: string): Promise<{ sha256: string }>, getAttachment(id: string, name: string): Promise<Blob> }} */ (
    new PouchDB("powercut")
  );

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
