// @ts-check
/**
 * `npm run powercut`: does the tablet keep what it said it stored when the power goes?
 *
 *   npm run powercut -- --rounds 40
 *   npm run powercut -- --rounds 15 --browser firefox --size 2000000
 *   npm run powercut -- --rounds 15 --store dexie
 *
 * Exit code 0: every promise was kept, or the store is a peer whose losses are the result. 1: one was broken.
 * 2: there can be no such test here; with `--if-possible` this is 0.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../tools/lib/root.mjs";
import { seconds } from "../../tools/lib/run.mjs";
import { Registry } from "../e2e/support/registry.mjs";
import { Browser } from "./browser.mjs";
import { Disk, whyNoDisk } from "./disk.mjs";
import { Pace, Planner } from "./plan.mjs";
import { Report } from "./report.mjs";
import { Batch, BATCH_ROUNDS } from "./rounds.mjs";
import { PageServer } from "./server.mjs";

/** Stores under test: ours, and what others use. */
const STORES = ["rekam", "indexeddb", "indexeddb-strict", "dexie", "pouchdb", "localforage", "workbox"];
const BUILT = ["www/lib/dist/index.js", "www/lib/pkg/rekam_bg.wasm", "target/release/registry"];

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    browser: { type: "string", default: "chromium" },
    size: { type: "string", default: "300000" },
    store: { type: "string", default: "rekam" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    age: { type: "string", default: "sync" },
    "if-possible": { type: "boolean", default: false },
  },
});

/** @template {string} T @param {string} name @param {string} value @param {readonly T[]} choices @returns {T} */
function oneOf(name, value, choices) {
  const choice = choices.find((other) => other === value);
  if (choice === undefined) throw new RangeError(`--${name} is one of ${choices.join(", ")}`);
  return choice;
}

/** @param {string} name @param {string} value */
function count(name, value) {
  if (!/^\d+$/.test(value)) throw new RangeError(`--${name} is a whole number`);
  return Number(value);
}

function readOptions() {
  return {
    rounds: count("rounds", values.rounds),
    browser: oneOf("browser", values.browser, /** @type {const} */ (["chromium", "firefox"])),
    size: count("size", values.size),
    store: oneOf("store", values.store, STORES),
    seed: count("seed", values.seed),
    age: oneOf("age", values.age, /** @type {const} */ (["sync", "wait", "none"])),
  };
}

/** What has to be there before. @param {string} store */
function lookForBuild(store) {
  const missing = store === "rekam" ? BUILT.filter((path) => !existsSync(join(ROOT, path))) : [];
  if (missing.length > 0) throw new RangeError(`npm run build has to make ${missing.join(", ")} first`);
}

/** @param {ReturnType<typeof readOptions>} options */
async function run(options) {
  const disk = new Disk();
  const browser = new Browser(options.browser, disk.beside("browser"));
  const isOurs = options.store === "rekam";
  const worker = options.store === "workbox" ? { worker: "workbox-worker" } : {};
  const server = await PageServer.start({ store: options.store, ...worker });
  const registry = isOurs ? await Registry.start() : undefined;
  const report = new Report(isOurs);
  // Mounts and browsers outlive a process: they are taken down on whatever way it ends, and that way may wait for nothing.
  const takeDown = () => {
    browser.kill();
    void registry?.stop("SIGKILL");
    if (registry) rmSync(registry.data, { recursive: true, force: true, maxRetries: 3 });
    disk.release();
  };
  process.on("exit", takeDown);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => {
      // What was counted until here is a result too; the batch that was at work is not in it.
      console.log(`\n${report.markdown(options)}\n\npowercut: interrupted`);
      process.exit(130);
    });
  try {
    await browser.prepare();
    const planner = new Planner(
      options.seed,
      isOurs ? ["recording", "sealing", "uploading", "purging"] : ["recording"],
      isOurs ? ["page", "worker"] : ["page"],
    );
    const pace = new Pace(options.size);
    const bench = { disk, browser, server, registry, planner, pace, report, options };
    for (let done = 0, batch = 0; done < options.rounds; done += BATCH_ROUNDS, batch += 1) {
      await new Batch(bench, batch).run(Math.min(BATCH_ROUNDS, options.rounds - done), done + 1);
    }
    return report;
  } finally {
    server.stop();
    await browser.end();
    await registry?.remove();
    takeDown();
  }
}

try {
  const options = readOptions();
  lookForBuild(options.store);
  const why = await whyNoDisk();
  if (why !== undefined) {
    console.log(`powercut: skipped: ${why}`);
    process.exitCode = values["if-possible"] ? 0 : 2;
  } else {
    const from = performance.now();
    const report = await run(options);
    const { passed, failed } = report.verdict;
    console.log(`\n${report.markdown(options)}\n`);
    console.log(`powercut: ${passed} rounds without a loss, ${failed} with one (${seconds(from)})`);
    // Rounds that could not be run any more are no success either.
    const kept = failed === 0 && report.rounds === options.rounds;
    process.exitCode = kept || options.store !== "rekam" ? 0 : 1;
  }
} catch (error) {
  console.error(error instanceof RangeError ? `powercut: ${error.message}` : error);
  process.exitCode = error instanceof RangeError ? 2 : 1;
}
