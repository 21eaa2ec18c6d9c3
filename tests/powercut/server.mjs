// @ts-check
/**
 * The loopback server: hands the page its modules, and talks to it. One page is at work at a time, and it is known by the
 * token in its address; what a page from before the last cut still says is not heard.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "vite";
import { ROOT } from "../../tools/lib/root.mjs";

/**
 * What the page says. Which further members there are depends on `type`.
 *
 * @typedef {{ type: string, [member: string]: unknown }} PageEvent
 * @typedef {(event: PageEvent) => unknown} Listener what it returns, or resolves with, is the answer to the page
 */

const SERVED = ["/tests/powercut/", "/www/lib/dist/", "/www/lib/pkg/"];
const PAGE = "/tests/powercut/page/index.html";
/** @type {Record<string, string>} */
const MEDIA_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export class PageServer {
  /** @type {Map<string, string>} */
  #bundles = new Map();
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((/** @type {unknown} */ error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  #token = "";
  /** @type {Listener} */
  #listener = () => undefined;
  #origin = "";

  /** @param {{ store: string, worker?: string }} store the name of the store under test and of its service worker's module */
  static async start({ store, worker }) {
    const server = new PageServer();
    // Ours is served as npm hands it out. The others import by name and want a bundler.
    if (store !== "rekam") {
      const modules = worker === undefined ? [store] : [store, worker];
      for (const module of modules) server.#bundles.set(`/tests/powercut/stores/${module}.mjs`, await bundle(module));
    }
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    const address = server.#server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    server.#origin = `http://127.0.0.1:${address.port}`;
    return server;
  }

  /** Makes room for one page. @param {Record<string, string>} search @param {Listener} listener @returns its address */
  open(search, listener) {
    this.#token = randomUUID();
    this.#listener = listener;
    return `${this.#origin}${PAGE}?${new URLSearchParams({ ...search, token: this.#token })}`;
  }

  /** From here on nothing is heard. */
  close() {
    this.#token = "";
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async #answer(request, response) {
    const url = new URL(request.url ?? "/", this.#origin);
    if (request.method === "POST") {
      /** @type {unknown} */
      const event = JSON.parse(await text(request));
      if (url.searchParams.get("token") !== this.#token) return response.writeHead(410).end();
      const answer = await this.#listener(/** @type {PageEvent} */ (event));
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? null));
    }
    const path = normalize(url.pathname);
    const content =
      this.#bundles.get(path) ?? (SERVED.some((folder) => path.startsWith(folder)) ? await file(path) : undefined);
    if (content === undefined) return response.writeHead(404).end();
    const headers = {
      "content-type": MEDIA_TYPES[extname(path)] ?? "application/octet-stream",
      "cache-control": "no-store",
    };
    return response.writeHead(200, { ...headers, "service-worker-allowed": "/" }).end(content);
  }
}

/** @param {string} path */
function file(path) {
  return readFile(join(ROOT, path)).catch(() => undefined);
}

/** One module of stores/ with all that it imports. @param {string} name */
async function bundle(name) {
  const built = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    build: {
      write: false,
      minify: false,
      lib: { entry: join(ROOT, `tests/powercut/stores/${name}.mjs`), formats: ["es"], fileName: name },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !("output" in output)) throw new Error(`nothing was built of ${name}`);
  return output.output[0].code;
}
