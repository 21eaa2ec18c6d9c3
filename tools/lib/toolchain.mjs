// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./root.mjs";

const TARGET = "wasm32-unknown-unknown";

/** @param {...string} folders @returns {NodeJS.ProcessEnv} */
function withPath(...folders) {
  return { ...process.env, PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter) };
}

/** Whether a compiler has the standard library for wasm32. @param {string} rustc */
function hasWasm(rustc) {
  const { stdout, status } = spawnSync(rustc, ["--print", "target-libdir", "--target", TARGET], { encoding: "utf8" });
  const folder = stdout?.trim() ?? "";
  return status === 0 && existsSync(folder) && readdirSync(folder).some((file) => file.startsWith("libstd-"));
}

/** For programs of this machine: cargo, and what npm installed. */
export function nativeEnv() {
  return { ...withPath(join(ROOT, "node_modules/.bin")), CARGO_TARGET_DIR: "target" };
}

/**
 * For wasm-pack. The order on PATH matters: binaryen of npm comes first, since wasm-pack takes the first wasm-opt it
 * finds and the one of Debian 12 breaks what wasm-bindgen makes; then .tools; then Debian's compiler, where the usual
 * one has no wasm32. Two compilers must not share a target folder, or each throws away what the other built.
 */
export function wasmEnv() {
  const folders = [join(ROOT, "node_modules/.bin"), join(ROOT, ".tools/bin")];
  const compiler = ["rustc", "/usr/bin/rustc"].find(hasWasm);
  if (compiler === undefined) throw new Error(`no Rust here has ${TARGET}: run tools/setup.sh`);
  if (compiler.includes("/")) folders.push(dirname(compiler));
  return { ...withPath(...folders), CARGO_TARGET_DIR: "target-wasm" };
}

/**
 * For the wasm that is shipped, together with SHIPPED_STD. A panic in it is a trap either way, since a wasm has nowhere to
 * print to: `immediate-abort` leaves out the messages, their places in the source and all that formats them, which is an
 * eighth of the module. It takes a standard library built the same way, and options that are unstable, hence
 * RUSTC_BOOTSTRAP.
 * @returns {NodeJS.ProcessEnv}
 */
export function shippedWasmEnv() {
  const flags = ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];
  return { ...wasmEnv(), RUSTC_BOOTSTRAP: "1", RUSTFLAGS: flags.join(" ") };
}

/** Arguments of cargo: the standard library is built along, for size. */
export const SHIPPED_STD = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
