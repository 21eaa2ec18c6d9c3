// @ts-check
/** `npm run check`: everything that can be said of the code without running it. A line for each check, what is wrong beneath. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { PROJECTS } from "./lib/projects.mjs";
import { ROOT } from "./lib/root.mjs";
import { fail, Failure, must, run, seconds } from "./lib/run.mjs";
import { nativeEnv, wasmEnv } from "./lib/toolchain.mjs";

/** What only src/browser.rs and the files below src/browser/ may name. */
const BROWSER_CRATES = [
  "wasm_bindgen",
  "wasm_bindgen_futures",
  "js_sys",
  "web_sys",
  "gloo",
  "rexie",
  "idb",
  "serde_wasm_bindgen",
];
const CARGO_LOCKED = ["--locked", "--quiet"];

/** @type {[name: string, check: () => unknown][]} */
const CHECKS = [
  ["lock files", checkLockFiles],
  ["region tables", () => quietly("node", ["tools/regions.mjs", "--check"])],
  ["prettier", () => quietly("prettier", ["--check", "--log-level", "warn", "."])],
  ["cargo fmt", () => quietly("cargo", ["fmt", "--all", "--check"])],
  ["core and adapters", checkCoreLine],
  [
    "clippy",
    () =>
      quietly("cargo", [
        "clippy",
        ...CARGO_LOCKED,
        "--workspace",
        "--all-features",
        "--all-targets",
        "--",
        "-D",
        "warnings",
      ]),
  ],
  ["clippy for wasm32", checkWasmClippy],
  ["rustdoc", checkDocs],
  // The types of the app and of the tests hang on those that wasm-bindgen makes.
  ["wasm and library", () => build(["wasm", "lib"])],
  ...PROJECTS.map(
    (project) =>
      /** @type {[string, () => unknown]} */ ([`tsc -p ${project}`, () => quietly("tsc", ["--noEmit", "-p", project])]),
  ),
  ["eslint", () => quietly("eslint", ["."])],
];

/** Runs a program and keeps what it prints for the case that it fails. @param {string} command @param {string[]} args */
function quietly(command, args, env = nativeEnv()) {
  return must(command, args, { env: { ...env, RUSTDOCFLAGS: "-D warnings" }, quiet: true });
}

async function checkLockFiles() {
  const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const strangers = [...lock.matchAll(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)([^"]*)"/g)].map(
    ([, url]) => url,
  );
  if (strangers.length > 0) throw new Failure(`package-lock.json names other places: ${strangers.join(", ")}`);
  await quietly("cargo", ["metadata", "--locked", "--format-version", "1", "--no-deps"]);
}

/** The core has no browser in it: neither among its dependencies nor in its words. */
async function checkCoreLine() {
  const { output } = await quietly("cargo", [
    "tree",
    "--locked",
    "-p",
    "rekam",
    "-e",
    "normal",
    "--prefix",
    "none",
    "--format",
    "{p}",
  ]);
  const crates = new Set(output.split("\n").map((line) => (line.split(" ")[0] ?? "").replaceAll("-", "_")));
  if (!crates.has("rekam")) throw new Failure("cargo tree does not list the core", output);
  const linked = BROWSER_CRATES.filter((crate) => crates.has(crate));
  if (linked.length > 0) throw new Failure(`the native core depends on ${linked.join(", ")}`);

  const named = rustFiles("src")
    .filter((file) => file !== "src/browser.rs" && !file.startsWith("src/browser/"))
    .flatMap((file) => browserWords(file));
  if (named.length > 0) throw new Failure("browser crates are named in the core", named.join("\n"));
}

/** @param {string} folder */
function rustFiles(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".rs"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`);
}

/** Lines that name a crate of the browser; what a comment says does not count. @param {string} file */
function browserWords(file) {
  const word = new RegExp(`\\b(${BROWSER_CRATES.join("|")})\\b`);
  return readFileSync(join(ROOT, file), "utf8")
    .split("\n")
    .map((line, i) => ({ code: line.replace(/\/\/.*/, ""), at: `${file}:${i + 1}` }))
    .filter(({ code }) => word.test(code))
    .map(({ code, at }) => `${at}: ${code.trim()}`);
}

/** For whoever reads the source: private items too, and links to them. */
function checkDocs() {
  const env = { ...nativeEnv(), RUSTDOCFLAGS: "-D warnings -A rustdoc::private-intra-doc-links" };
  return quietly("cargo", ["doc", ...CARGO_LOCKED, "--workspace", "--no-deps", "--document-private-items"], env);
}

async function checkWasmClippy() {
  const env = wasmEnv();
  const { code } = await run("cargo", ["clippy", "--version"], { env, quiet: true });
  if (code !== 0) return "skipped: the Rust that has wasm32 has no clippy";
  await quietly(
    "cargo",
    ["clippy", ...CARGO_LOCKED, "-p", "rekam", "--lib", "--target", "wasm32-unknown-unknown", "--", "-D", "warnings"],
    env,
  );
  return undefined;
}

/** @param {string} name @param {() => unknown} check */
async function perform(name, check) {
  const from = performance.now();
  try {
    const remark = await check();
    console.log(`check: ${name}: ${typeof remark === "string" ? remark : "ok"} (${seconds(from)})`);
    return true;
  } catch (error) {
    console.log(`check: ${name}: FAILED (${seconds(from)})`);
    console.log(error instanceof Failure ? `${error.message}\n${error.output}` : error);
    return false;
  }
}

try {
  if (!existsSync(join(ROOT, "package-lock.json"))) throw new Failure("package-lock.json is missing");
  await must("bash", ["tools/setup.sh"]);
  let failed = 0;
  for (const [name, check] of CHECKS) if (!(await perform(name, check))) failed += 1;
  console.log(failed === 0 ? "check: all is well" : `check: ${failed} of ${CHECKS.length} FAILED`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  fail(error);
}
