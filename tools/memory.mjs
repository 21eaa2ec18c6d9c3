// @ts-check
/** Seals 5 MB through the built wasm in pieces, as the worker does, and prints what memory it holds then. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, Failure } from "./lib/run.mjs";
import { ROOT } from "./lib/root.mjs";

const SEALED_BYTES = 5_000_000;
const PIECE_BYTES = 48 * 1024;
const LIMIT_MIB = 4;
const MIB = 1024 * 1024;

/**
 * What is used of the built module, which is not there before the first build.
 *
 * @typedef {object} WasmModule
 * @property {(source: { module_or_path: Uint8Array }) => Promise<{ memory: { buffer: ArrayBuffer } }>} default
 * @property {new (recipients: string[]) => { push(bytes: Uint8Array): Uint8Array, finish(): Uint8Array }} Envelope
 */

/** @param {string} path @returns {Promise<WasmModule>} */
const loadModule = (path) => import(path);

try {
  const recipient = readFileSync(join(ROOT, "tests/support/recipient.txt"), "utf8").trim();
  const { default: initialise, Envelope } = await loadModule(`${ROOT}/www/lib/pkg/rekam.js`);
  const { memory } = await initialise({ module_or_path: readFileSync(join(ROOT, "www/lib/pkg/rekam_bg.wasm")) });
  const from = performance.now();
  const envelope = new Envelope([recipient]);
  const piece = new Uint8Array(PIECE_BYTES);
  let out = 0;
  for (let left = SEALED_BYTES; left > 0; left -= PIECE_BYTES) {
    out += envelope.push(piece.subarray(0, Math.min(left, PIECE_BYTES))).length;
  }
  out += envelope.finish().length;
  const held = memory.buffer.byteLength / MIB;
  const megabytesPerSecond = SEALED_BYTES / 1000 / (performance.now() - from);
  console.log(
    `build: sealing 5 MB holds ${held.toFixed(2)} MiB of wasm memory (limit ${LIMIT_MIB}), ` +
      `${megabytesPerSecond.toFixed(0)} MB/s, ${out - SEALED_BYTES} bytes more than the plaintext`,
  );
  if (held > LIMIT_MIB) throw new Failure("sealing holds more memory than its limit");
} catch (error) {
  fail(error);
}
