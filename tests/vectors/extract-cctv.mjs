// @ts-check
/**
 * Writes `cctv-age.json` anew from the npm package `cctv-age`: name to file, base64, as the package has them, so that
 * `cargo test` needs no node. Run it by hand when the package's version changes: `node tests/vectors/extract-cctv.mjs`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as vectors from "cctv-age";

const manifest = readFileSync(new URL("../../node_modules/cctv-age/package.json", import.meta.url), "utf8");
/** @param {string} name */
const member = (name) => new RegExp(`"${name}": "([^"]+)"`).exec(manifest)?.[1];
/** @type {Record<string, Uint8Array>} */
const files = { ...vectors };
const sorted = Object.keys(files).sort();
const encoded = Object.fromEntries(sorted.map((key) => [key, Buffer.from(files[key] ?? []).toString("base64")]));
const out = { source: `npm cctv-age ${member("version")}`, license: member("license"), vectors: encoded };
writeFileSync(new URL("cctv-age.json", import.meta.url), `${JSON.stringify(out, null, 1)}\n`);
