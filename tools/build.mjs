// @ts-check
/**
 * Builds what changed.
 *
 *   node tools/build.mjs            everything, in the order of STAGES
 *   node tools/build.mjs wasm lib   only those stages
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { ROOT } from "./lib/root.mjs";
import { fail, Failure, must, seconds } from "./lib/run.mjs";
import { Stamp } from "./lib/stamp.mjs";
import { nativeEnv, SHIPPED_STD, shippedWasmEnv } from "./lib/toolchain.mjs";

const WASM = "www/lib/pkg/rekam_bg.wasm";
/** Of the 300 KB that the first load may take in all: some 45 s on a 2G link of 40 kbit/s, once. */
const WASM_BROTLI_LIMIT_BYTES = 240_000;

/**
 * @typedef {object} Stage
 * @property {string} expected what it takes on two cores from nothing
 * @property {string[]} [inputs] files and folders; a stage without them asks its own tool what changed
 * @property {string[]} [outputs]
 * @property {() => Promise<unknown>} build
 */

/** @type {Record<string, Stage>} */
const STAGES = {
  regions: {
    expected: "2 s",
    inputs: ["tools/regions.mjs", "tools/regions-retired.txt", "package-lock.json"],
    outputs: ["src/form/data/regions.bin", "src/form/data/regions_retired.bin", "www/lib/regions/62.json"],
    build: () => must("node", ["tools/regions.mjs"]),
  },
  wasm: {
    expected: "3 min",
    inputs: ["src", "Cargo.toml", "Cargo.lock", "tools/lib/toolchain.mjs"],
    outputs: [WASM, "www/lib/pkg/rekam.js", "www/lib/pkg/rekam.d.ts"],
    build: () => must("wasm-pack", WASM_PACK_BUILD, { env: shippedWasmEnv() }),
  },
  lib: {
    expected: "5 s",
    inputs: ["www/lib/src", "www/lib/pkg/rekam.d.ts", "www/lib/tsconfig.json", "tsconfig.base.json"],
    outputs: ["www/lib/dist/index.js", "www/lib/dist/worker.js", "www/lib/dist/service-worker.js"],
    build: () => must("tsc", ["-p", "www/lib/tsconfig.json"], { env: nativeEnv() }),
  },
  app: {
    expected: "10 s",
    inputs: ["www/app", "www/lib/src", "www/lib/pkg", "www/lib/regions", "package-lock.json"],
    outputs: ["www/app/dist/index.html"],
    build: () =>
      must("vite", ["build", "--config", "www/app/vite.config.ts", "--logLevel", "warn"], { env: nativeEnv() }),
  },
  registry: {
    expected: "4 min",
    build: () => must("cargo", ["build", "--quiet", "--release", "-p", "registry"], { env: nativeEnv() }),
  },
  field: {
    expected: "1 min",
    build: () => must("cargo", ["build", "--quiet", "-p", "field"], { env: nativeEnv() }),
  },
};

// The profile `wasm` of Cargo.toml: for size, and panics abort. `no-install`: nothing is fetched behind our back.
const WASM_PACK_BUILD = [
  ...["build", "--quiet", "--mode", "no-install", "--target", "web", "--profile", "wasm"],
  ...["--no-pack", "--no-gitignore", "--out-dir", "www/lib/pkg"],
  ...["--", ...SHIPPED_STD],
];

/** @param {string} name @param {Stage} stage */
async function buildStage(name, { expected, inputs, outputs = [], build }) {
  const from = performance.now();
  const stamp = inputs && new Stamp(name, { inputs, outputs });
  if (stamp?.fresh) return console.log(`build: ${name}: nothing changed`);
  console.log(`build: ${name} (about ${expected} from nothing)`);
  await build();
  stamp?.save();
  console.log(`build: ${name}: done in ${seconds(from)}`);
}

/** Prints the size of the wasm; whether it is what a slow link bears. */
function sizeIsBearable() {
  const wasm = readFileSync(join(ROOT, WASM));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length };
  const brotli = brotliCompressSync(wasm, { params }).length;
  const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  console.log(
    `build: wasm is ${kb(wasm.length)}, ${kb(brotli)} with brotli; the limit is ${kb(WASM_BROTLI_LIMIT_BYTES)}`,
  );
  return brotli <= WASM_BROTLI_LIMIT_BYTES;
}

/** Builds the named stages, or all. @param {string[]} names */
export async function build(names = []) {
  const unknown = names.filter((name) => !(name in STAGES));
  if (unknown.length > 0)
    throw new Failure(`no such stage: ${unknown.join(", ")}; there are ${Object.keys(STAGES).join(", ")}`);
  const chosen = Object.entries(STAGES).filter(([name]) => names.length === 0 || names.includes(name));
  for (const [name, stage] of chosen) await buildStage(name, stage);
  if (!chosen.some(([name]) => name === "wasm")) return;
  const bearable = sizeIsBearable();
  if (existsSync(join(ROOT, "tools/memory.mjs"))) await must("node", ["tools/memory.mjs"]);
  if (!bearable) throw new Failure("the wasm is larger than its limit");
}

if (process.argv[1] === join(ROOT, "tools/build.mjs")) await build(process.argv.slice(2)).catch(fail);
