// The package has no types of its own. This is the part that is used here.
declare module "pouchdb-browser" {
  export default class PouchDB {
    constructor(name: string);
    info(): Promise<unknown>;
    put(document: object): Promise<unknown>;
    allDocs(): Promise<{ rows: { id: string }[] }>;
    get(id: string): Promise<{ sha256: string }>;
    getAttachment(id: string, name: string): Promise<Blob>;
  }
}
