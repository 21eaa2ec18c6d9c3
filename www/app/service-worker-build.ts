// Builds the service worker after the page, so that it can list what the page is made of.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build, type Plugin } from "vite";

interface PrecacheEntry {
  url: string;
  /** Null where the name already holds a hash of the content. */
  revision: string | null;
}

/** Every file of the app shell. Region files are left out: a station keeps its own province only. */
function listPrecache(dist: string): PrecacheEntry[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, url: "/" + relative(dist, file).split(sep).join("/") }))
    .filter(({ url }) => !url.startsWith("/regions/") && !url.endsWith(".map") && url !== "/sw.js")
    .sort((a, b) => a.url.localeCompare(b.url, "en"))
    .map(({ file, url }) => ({
      url,
      revision: url.startsWith("/assets/")
        ? null
        : createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16),
    }));
}

/** `dist/sw.js`: one classic script, since module service workers are missing on older tablets. */
export function serviceWorker({ source, dist }: { source: string; dist: string }): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          publicDir: false,
          logLevel: "warn",
          define: { "self.__WB_MANIFEST": JSON.stringify(listPrecache(dist)) },
          build: {
            outDir: dist,
            emptyOutDir: false,
            target: ["chrome94", "firefox115", "safari16.4"],
            assetsInlineLimit: 0,
            rolldownOptions: {
              input: source,
              // A classic script has no `import.meta`.
              transform: { define: { "import.meta.url": "self.location.href" } },
              output: { format: "iife", entryFileNames: "sw.js", codeSplitting: false },
            },
          },
        });
      },
    },
  };
}
