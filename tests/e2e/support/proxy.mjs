// @ts-check
// A network that misbehaves once: it stands before the registry and loses or holds chosen answers.
import { once } from "node:events";
import { createServer, request } from "node:http";

/** @typedef {{ method: string, path: string, body: Buffer }} Seen */

export class Proxy {
  #server = createServer((incoming, outgoing) => void this.#forward(incoming, outgoing));
  /** @type {((seen: Seen) => "lose" | Promise<void> | undefined) | undefined} */
  #fault;
  upstream = 0;
  /** Every request that went through. @type {Seen[]} */
  seen = [];

  static async start() {
    const proxy = new Proxy();
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get endpoint() {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return `http://127.0.0.1:${address.port}`;
  }

  /**
   * Decides of each answer, after the registry gave it: "lose" cuts the connection instead, a promise holds it back.
   *
   * @param {((seen: Seen) => "lose" | Promise<void> | undefined) | undefined} fault
   */
  set fault(fault) {
    this.#fault = fault;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** @param {import("node:http").IncomingMessage} incoming @param {import("node:http").ServerResponse} outgoing */
  async #forward(incoming, outgoing) {
    /** @type {Buffer[]} */
    const pieces = [];
    try {
      for await (const piece of incoming) pieces.push(piece);
    } catch {
      return; // The browser broke off.
    }
    const seen = { method: incoming.method ?? "", path: incoming.url ?? "", body: Buffer.concat(pieces) };
    this.seen.push(seen);
    const { method, headers } = incoming;
    const options = { host: "127.0.0.1", port: this.upstream, path: seen.path, method, headers };
    const inner = request(options, async (answer) => {
      /** @type {Buffer[]} */
      const body = [];
      for await (const piece of answer) body.push(piece);
      const fault = this.#fault?.(seen);
      if (fault === "lose") return outgoing.destroy();
      await fault;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(body));
    });
    inner.on("error", () => outgoing.destroy());
    inner.end(seen.body);
  }
}
