// @ts-check
// A network that misbehaves once: it stands before the registry and loses or holds chosen answers.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * @typedef {{ method: string, path: string, body: Buffer }} Seen
 * @typedef {(seen: Seen, complete: boolean) => "lose" | Promise<void> | undefined} Fault of a request and whether the
 * registry has the whole packet now
 */

export class Proxy {
  #server = createServer((incoming, outgoing) => void this.#forward(incoming, outgoing));
  /** @type {Fault | undefined} */
  #fault;
  upstream = 0;
  /** Whether somebody else answers: 200 and a page to everything. */
  isPortal = false;
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
   * @param {Fault | undefined} fault
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
    const { method = "GET", url: path = "/", headers } = incoming;
    try {
      const seen = { method, path, body: await buffer(incoming) };
      if (this.isPortal) {
        outgoing.writeHead(200, { "content-type": "text/html" }).end("<title>WiFi Kecamatan</title>Silakan masuk");
        return;
      }
      this.seen.push(seen);
      const inner = request({ host: "127.0.0.1", port: this.upstream, path, method, headers });
      inner.end(seen.body);
      const answered = /** @type {[import("node:http").IncomingMessage]} */ (await once(inner, "response"));
      const body = await buffer(answered[0]);
      const fault = this.#fault?.(seen, "upload-receipt" in answered[0].headers);
      if (fault === "lose") throw new Error("lost on purpose");
      await fault;
      outgoing.writeHead(answered[0].statusCode ?? 502, answered[0].headers).end(body);
    } catch {
      // The browser broke off, the registry is away, or the answer is to be lost: all look alike from the other side.
      outgoing.destroy();
    }
  }
}
