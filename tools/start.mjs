// @ts-check
/**
 * `npm start`: sets up, builds what changed, and runs the registry with a demonstration site; it serves the clerk's app.
 * The port is 6202; `PORT=8080 npm start` or `npm start -- --port 8080` takes another.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { ROOT } from "./lib/root.mjs";
import { fail, must, seconds } from "./lib/run.mjs";

const { values } = parseArgs({ options: { port: { type: "string", default: process.env["PORT"] ?? "6202" } } });

function serve() {
  const registry = spawn(
    join(ROOT, "target/release/registry"),
    ["serve", "--demo", "--data", ".data/registry", "--app", "www/app/dist", "--listen", `127.0.0.1:${values.port}`],
    { cwd: ROOT, stdio: "inherit" },
  );
  // The terminal sends Ctrl-C to the registry as well; other senders know only this process.
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => registry.kill(signal));
  registry.on("error", fail);
  registry.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1);
  });
}

const from = performance.now();
try {
  await must("bash", ["tools/setup.sh"]);
  await build();
  console.log(`start: ready after ${seconds(from)}; Ctrl-C ends it`);
  serve();
} catch (error) {
  fail(error);
}
