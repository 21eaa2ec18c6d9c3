// @ts-check
// The programs of tests/field, and the tus server of others, for whoever lets them meet.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";
import { ROOT } from "../../tools/lib/root.mjs";

const BINARY = join(ROOT, "target/debug/field");

/**
 * @typedef {{ pid: string, length: number, state: string, reason: string | null, receipt: boolean, runs: number }} Sent
 * @typedef {import("node:child_process").ChildProcessByStdio<Writable, Readable, null>} Child
 * @typedef {import("node:stream").Readable} Readable
 * @typedef {import("node:stream").Writable} Writable
 * @typedef {{ size: number, metadata?: Record<string, string> }} Info what was announced
 * @typedef {{ up: number, down: number, connections: number, cuts: number }} Count bytes on the client's side
 */

/** @param {string[]} args */
async function field(...args) {
  const { stdout } = await promisify(execFile)(BINARY, args);
  return parse(stdout);
}

/** @param {string} json @returns {unknown} */
function parse(json) {
  /** @type {unknown} */
  const value = JSON.parse(json);
  return value;
}

/** A station sends one packet; what became of it. @param {string[]} args @returns {Promise<Sent>} */
export async function send(...args) {
  return /** @type {Sent} */ (await field("send", ...args));
}

/** A station seals one packet for somebody else to send. @param {string[]} args @returns {Promise<{ manifest: string }>} */
export async function seal(...args) {
  return /** @type {{ manifest: string }} */ (await field("send", "--only-seal", ...args));
}

/** A link that breaks after some bytes, or never. */
export class Link {
  #process;
  #rest;

  /** @param {Child} process @param {string} endpoint @param {AsyncIterator<string>} rest */
  constructor(process, endpoint, rest) {
    this.#process = process;
    this.#rest = rest;
    this.endpoint = endpoint;
  }

  /** @param {number} port where it leads @param {{ seed: number, mean?: number }} cuts bytes between two, on average */
  static async to(port, { seed, mean }) {
    const args = ["cut", "--upstream", `127.0.0.1:${port}`, "--seed", String(seed)];
    if (mean !== undefined) args.push("--mean", String(mean));
    const child = spawn(BINARY, args, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new Error("the link did not come up");
    return new Link(child, first.value, lines);
  }

  /** Takes it down; what went over it. @returns {Promise<Count>} */
  async end() {
    this.#process.stdin.end();
    const last = await this.#rest.next();
    if (last.done) throw new Error("the link counted nothing");
    if (this.#process.exitCode === null) await once(this.#process, "exit");
    return /** @type {Count} */ (parse(last.value));
  }
}

/** @tus/server with its defaults, on a folder of its own. */
export class TusServer {
  /** @param {string} folder @param {import("node:http").Server} server @param {number} port */
  constructor(folder, server, port) {
    this.folder = folder;
    this.server = server;
    this.port = port;
  }

  static async start() {
    const folder = await mkdtemp(join(tmpdir(), "rekam-tus-"));
    const tus = new Server({ path: "/packets", datastore: new FileStore({ directory: folder }) });
    const server = createServer((request, response) => void tus.handle(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return new TusServer(folder, server, address.port);
  }

  /** The uploads that it has, whole or not: what was announced of each, and its bytes. */
  async uploads() {
    const names = (await readdir(this.folder)).filter((name) => !name.endsWith(".json"));
    return Promise.all(
      names.map(async (name) => ({
        info: /** @type {Info} */ (parse(await readFile(join(this.folder, `${name}.json`), "utf8"))),
        bytes: await readFile(join(this.folder, name)),
      })),
    );
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
    await rm(this.folder, { recursive: true });
  }
}
