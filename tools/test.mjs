// @ts-check
/**
 * `npm test`: everything that can be run, from the core to the PWA in a browser. `node tools/test.mjs core e2e` runs only
 * those stages. A stage that fails does not keep the others from running; the last line counts over all of them.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { webdriverCapabilities } from "./lib/browsers.mjs";
import { ROOT } from "./lib/root.mjs";
import { fail, Failure, must, run, seconds } from "./lib/run.mjs";
import { nativeEnv, wasmEnv } from "./lib/toolchain.mjs";

/** @typedef {{ passed: number, failed: number, skipped?: string }} Count `skipped`: why it cannot run on this machine */

/**
 * @typedef {object} Stage
 * @property {string} expected
 * @property {() => Promise<{ code: number, output: string }>} start
 * @property {(output: string) => Count} count reads the closing lines of the runner
 */

/** @type {Record<string, Stage>} */
const STAGES = {
  core: {
    expected: "4 min from nothing",
    start: () =>
      run("cargo", ["test", "--quiet", "--locked", "--workspace", "--all-features"], {
        env: nativeEnv(),
        capture: true,
      }),
    count: countRust,
  },
  chromium: { expected: "3 min from nothing", start: () => testAdapters("chrome"), count: countRust },
  firefox: { expected: "20 s", start: () => testAdapters("firefox"), count: countRust },
  interop: {
    expected: "1 min",
    start: () => run("node", ["--test", "--test-reporter=spec", ...nodeTests()], { env: nativeEnv(), capture: true }),
    count: (output) => ({ passed: last(output, /^ℹ pass (\d+)$/gm), failed: last(output, /^ℹ fail (\d+)$/gm) }),
  },
  e2e: {
    expected: "5 min",
    start: () => run("playwright", ["test"], { env: { ...nativeEnv(), FORCE_COLOR: "0" }, capture: true }),
    count: (output) => ({ passed: last(output, /^ +(\d+) passed/gm), failed: last(output, /^ +(\d+) failed/gm) }),
  },
  faults: {
    expected: "30 s",
    start: () => run("node", ["tests/field/index.mjs", "--rounds", "50", "--seed", "1"], { capture: true }),
    count: (output) => countRounds("faults", output),
  },
  powercut: {
    expected: "3 min",
    start: () =>
      run("node", ["tests/powercut/index.mjs", "--rounds", "10", "--if-possible"], { env: nativeEnv(), capture: true }),
    count: (output) => countRounds("powercut", output),
  },
};

/** The adapters of src/browser, and the vectors, in a real browser. @param {"chrome" | "firefox"} browser */
function testAdapters(browser) {
  const env = { ...wasmEnv(), WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriverCapabilities(browser) };
  return run(
    "wasm-pack",
    [
      ...["test", "--mode", "no-install", "--headless", `--${browser}`],
      ...["--", "--features", "p256", "--lib", "--test", "vectors"],
    ],
    {
      env,
      capture: true,
    },
  );
}

/** What Node runs, by name: a folder is understood by Node 20 only, a pattern only by later ones. */
function nodeTests() {
  return ["tests/interop", "tests/powercut"].flatMap((folder) => {
    const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith(".test.mjs"));
    return files.map((file) => `${folder}/${file}`);
  });
}

/** One closing line for each test binary. @param {string} output @returns {Count} */
function countRust(output) {
  const lines = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  /** @param {1 | 2} column */
  const sum = (column) => lines.reduce((total, line) => total + Number(line[column]), 0);
  return { passed: sum(1), failed: sum(2) };
}

/**
 * Rounds of an instrument. Root and loop devices are not everywhere: without them nothing is counted.
 *
 * @param {"faults" | "powercut"} instrument @param {string} output @returns {Count}
 */
function countRounds(instrument, output) {
  const skipped = new RegExp(`^${instrument}: skipped: (.*)$`, "m").exec(output)?.[1];
  if (skipped !== undefined) return { passed: 0, failed: 0, skipped };
  const line = new RegExp(`^${instrument}: (\\d+) rounds without a \\w+, (\\d+) with one`, "m").exec(output);
  return { passed: Number(line?.[1] ?? 0), failed: Number(line?.[2] ?? 0) };
}

/** The number in the last match, 0 without one. @param {string} output @param {RegExp} pattern */
function last(output, pattern) {
  return Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0);
}

/** @param {string} name @param {Stage} stage */
async function runStage(name, { expected, start, count }) {
  const from = performance.now();
  console.log(`\ntest: ${name} (about ${expected})`);
  const { code, output } = await start();
  const { passed, failed, skipped } = count(output);
  // A runner that broke down before it could count, or that found nothing to run, has failed too.
  const broken = failed === 0 && (code !== 0 || (passed === 0 && skipped === undefined));
  const remark = broken ? `, broke down with ${code}` : skipped === undefined ? "" : `, skipped: ${skipped}`;
  const line = `${name}: ${passed} passed, ${failed} failed${remark} (${seconds(from)})`;
  console.log(`test: ${line}`);
  return { line, passed, failed: failed + (broken ? 1 : 0) };
}

/** @param {string[]} names */
async function test(names) {
  const unknown = names.filter((name) => !(name in STAGES));
  if (unknown.length > 0)
    throw new Failure(`no such stage: ${unknown.join(", ")}; there are ${Object.keys(STAGES).join(", ")}`);
  const chosen = Object.entries(STAGES).filter(([name]) => names.length === 0 || names.includes(name));
  const from = performance.now();
  await must("bash", ["tools/setup.sh", chosen.some(([name]) => name === "firefox") ? "--browsers" : "--chromium"]);
  await build();
  const results = [];
  for (const [name, stage] of chosen) results.push(await runStage(name, stage));

  console.log(`\ntest: all stages (${seconds(from)})`);
  for (const { line } of results) console.log(`  ${line}`);
  const failed = results.reduce((total, result) => total + result.failed, 0);
  console.log(`${results.reduce((total, result) => total + result.passed, 0)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await test(process.argv.slice(2)).catch(fail);
