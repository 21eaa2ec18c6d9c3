// @ts-check
// The real registry, in a folder of its own.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../../tools/lib/root.mjs";

const BINARY = join(ROOT, "target/release/registry");
/** The app as it was built last. */
export const APP = join(ROOT, "www/app/dist");
/** A first start makes keys and a database. */
const LONGEST_START_MS = 20_000;
const run = promisify(execFile);

/** A port of loopback that is free now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

/** One registry: the process may be stopped and started again, the data stays until `remove`. */
export class Registry {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #process;
  #output = "";

  /** The app that it serves. */
  #app;

  /** @param {string} data @param {number} port @param {string} endpoint @param {string} app */
  constructor(data, port, endpoint, app) {
    this.#app = app;
    this.data = data;
    this.port = port;
    this.endpoint = endpoint;
  }

  /**
   * Starts a registry with the embedded defaults on an empty folder.
   *
   * @param {import("./proxy.mjs").Proxy} [proxy] - what stands before it, if anything
   * @param {string} [app] - the folder of the app
   */
  static async start(proxy, app = APP) {
    const port = await freePort();
    if (proxy) proxy.upstream = port;
    const data = await mkdtemp(join(tmpdir(), "rekam-registry-"));
    const registry = new Registry(data, port, proxy?.endpoint ?? `http://127.0.0.1:${port}`, app);
    await registry.resume();
    return registry;
  }

  /** Starts the process and waits for the link that it prints. */
  async resume() {
    this.#output = "";
    const listen = `127.0.0.1:${this.port}`;
    const args = [
      "serve",
      "--demo",
      "--data",
      this.data,
      "--app",
      this.#app,
      "--listen",
      listen,
      "--endpoint",
      this.endpoint,
    ];
    const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.#output += text));
    const until = Date.now() + LONGEST_START_MS;
    while (!this.#output.includes("#pair=")) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`the registry did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The pairing link that the last start printed. */
  get pairingLink() {
    const link = /https?:\/\/\S+#pair=\S+/.exec(this.#output)?.[0];
    if (!link) throw new Error("the registry printed no link");
    return link;
  }

  /** What it has printed since its last start. */
  get output() {
    return this.#output;
  }

  /** Ends the process; SIGKILL is a crash. @param {"SIGTERM" | "SIGKILL"} signal */
  async stop(signal = "SIGTERM") {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Where the ciphertext of a packet lies. @param {string} pid */
  ciphertext(pid) {
    return join(this.data, "objects/packets", `${pid}.age`);
  }

  /** The packets that have arrived. */
  async packets() {
    const names = await readdir(join(this.data, "objects/packets")).catch(() => []);
    return names.filter((name) => name.endsWith(".age"));
  }

  /** Runs another command of the binary. @param {string[]} args */
  async command(...args) {
    const { stdout } = await run(BINARY, [...args, "--data", this.data]);
    return stdout;
  }

  /** The code that opens the only device, as one reads it out. */
  async recoveryCode() {
    const device = /[\w-]{43}/.exec(await this.command("devices"))?.[0];
    if (!device) throw new Error("no device is paired");
    const code = /(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}/.exec(await this.command("recovery", device))?.[0];
    if (!code) throw new Error("the device has no recovery code");
    return code;
  }

  async remove() {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}
