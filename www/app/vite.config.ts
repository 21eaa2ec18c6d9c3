import { cpSync, createReadStream, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { serviceWorker } from "./service-worker-build.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// As the registry's header, for hosts that send none.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Only in builds: the development server puts styles into the page inline. */
function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** Names of regions, a file for each province, as the package holds them. */
function regions({ source, dist }: { source: string; dist: string }): Plugin {
  return {
    name: "regions",
    configureServer(server) {
      server.middlewares.use("/regions", (request, response, next) => {
        const file = /^\/\d\d\.json$/.test(request.url ?? "") ? source + request.url : "";
        if (!existsSync(file)) return next();
        response.setHeader("Content-Type", "application/json");
        createReadStream(file).pipe(response);
      });
    },
    closeBundle() {
      cpSync(source, dist, { recursive: true });
    },
  };
}

export default defineConfig({
  root: here("."),
  base: "/",
  resolve: { alias: { rekam: here("../lib/src/index.ts") } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    target: ["chrome94", "firefox115", "safari16.4"],
    // A data: URL would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [
    contentSecurityPolicy(),
    regions({ source: here("../lib/regions"), dist: here("dist/regions") }),
    serviceWorker({ source: here("src/sw.ts"), dist: here("dist") }),
  ],
});
