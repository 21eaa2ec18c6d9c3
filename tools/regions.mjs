// @ts-check
/**
 * The region tables, generated from the npm package `idn-area-data`.
 *
 *   node tools/regions.mjs          writes what differs
 *   node tools/regions.mjs --check  fails where a committed table is not what it would write
 *
 * Committed, because the core includes them and `cargo test` has to work without Node:
 *
 *   src/form/data/regions.bin          the six-digit district codes of the present release
 *   src/form/data/regions_retired.bin  those of earlier releases: a NIK keeps the code it was given, for life
 *
 *   Layout: nothing but the codes, ascending, each as its distance from the one before (the first from 0),
 *   unsigned LEB128: 7 bits a byte, low bits first, the high bit set on every byte but the last of a number.
 *
 * Not committed, because every build makes them:
 *
 *   www/lib/regions/<province>.json  names of regencies, districts and villages, for the search offline
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "./lib/root.mjs";

const PRESENT = "idn-area-data";
/** The last release before the decrees that moved the districts of Papua Barat Daya out of province 92. */
const EARLIER = "idn-area-data-2";
/** Codes that were gone before the first release on npm. */
const RETIRED_LIST = "tools/regions-retired.txt";
const NOTICE =
  "Contains information from idn-area-data (https://github.com/fityannugroho/idn-area-data), which is made available " +
  "here under the Open Database License (ODbL) 1.0: https://opendatacommons.org/licenses/odbl/1-0/";

const require = createRequire(import.meta.url);

/** @param {string} name */
function versionOf(name) {
  const description = /** @type {unknown} */ (require(`${name}/package.json`));
  return /** @type {{ version: string }} */ (description).version;
}

/** @param {string} name @param {string} path */
function packageFile(name, path) {
  return join(dirname(require.resolve(`${name}/package.json`)), path);
}

/** A line of CSV (RFC 4180) without line breaks inside fields. @param {string} line */
function cells(line) {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, line.endsWith(",") ? undefined : -1)
    .map(([, cell = ""]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/**
 * One level of a release: [code, parent code, name], provinces with an empty parent.
 * @param {string} name @param {"provinces" | "regencies" | "districts" | "villages"} level
 * @returns {[code: string, parent: string, name: string][]}
 */
function readLevel(name, level) {
  const [, ...lines] = readFileSync(packageFile(name, `data/${level}.csv`), "utf8")
    .trim()
    .split(/\r?\n/);
  return lines.map((line) => {
    const row = cells(line);
    const [code = "", parent = "", label = ""] = level === "provinces" ? [row[0], "", row[1]] : row;
    return [code, parent, label];
  });
}

/** Six digits as a number. Releases before 3 write codes without dots. @param {string} name */
function districtCodes(name) {
  return readLevel(name, "districts").map(([code]) => Number(code.replaceAll(".", "")));
}

function listedAsRetired() {
  const lines = readFileSync(join(ROOT, RETIRED_LIST), "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [, regency = "", ranges = ""] = /^(\d\d\.\d\d) +([\d -]+?) +\D/.exec(line) ?? [];
      if (regency === "") throw new Error(`${RETIRED_LIST}: not understood: ${line}`);
      const first = Number(regency.replace(".", "")) * 100;
      return ranges.split(" ").flatMap((range) => {
        const [from = 0, to = from] = range.split("-").map(Number);
        return Array.from({ length: to - from + 1 }, (_, i) => first + from + i);
      });
    });
}

/** @param {number[]} codes */
function pack(codes) {
  const bytes = [];
  let last = 0;
  for (const code of [...new Set(codes)].sort((a, b) => a - b)) {
    let delta = code - last;
    for (; delta > 0x7f; delta >>>= 7) bytes.push((delta & 0x7f) | 0x80);
    bytes.push(delta);
    last = code;
  }
  return Buffer.from(bytes);
}

/** @template T @param {T[]} rows @param {(row: T) => string} key */
function groupBy(rows, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}

/** The JSON of each province by its code. */
function provinceFiles() {
  const regencies = groupBy(readLevel(PRESENT, "regencies"), ([, parent]) => parent);
  const districts = groupBy(readLevel(PRESENT, "districts"), ([, parent]) => parent);
  const villages = groupBy(readLevel(PRESENT, "villages"), ([, parent]) => parent);
  return readLevel(PRESENT, "provinces").map(([province]) => {
    const tree = (regencies.get(province) ?? []).map(([regency, , regencyName]) => [
      regency,
      regencyName,
      (districts.get(regency) ?? []).map(([district, , districtName]) => [
        district,
        districtName,
        (villages.get(district) ?? []).map(([village, , villageName]) => [village, villageName]),
      ]),
    ]);
    const file = { version: `idn-area-data/${versionOf(PRESENT)}`, notice: NOTICE, regencies: tree };
    return /** @type {const} */ ([province, JSON.stringify(file)]);
  });
}

/** @param {string} path @returns {Buffer} */
function present(path) {
  try {
    return readFileSync(join(ROOT, path));
  } catch {
    return Buffer.alloc(0);
  }
}

/** Writes only what differs, so that nothing is rebuilt for a file that stayed as it was. @param {string} path @param {Buffer} bytes */
function write(path, bytes) {
  if (present(path).equals(bytes)) return;
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), bytes);
  console.log(`regions: wrote ${path}`);
}

const current = districtCodes(PRESENT);
const inForce = new Set(current);
const retired = [...districtCodes(EARLIER), ...listedAsRetired()].filter((code) => !inForce.has(code));
const tables = new Map([
  ["src/form/data/regions.bin", pack(current)],
  ["src/form/data/regions_retired.bin", pack(retired)],
]);

if (process.argv.includes("--check")) {
  const stale = [...tables].filter(([path, bytes]) => !present(path).equals(bytes)).map(([path]) => path);
  if (stale.length > 0) {
    console.error(
      `regions: not what the packages say: ${stale.join(", ")}; run npm run regions and look at the change`,
    );
    process.exitCode = 1;
  }
} else {
  for (const [path, bytes] of tables) write(path, bytes);
  for (const [province, json] of provinceFiles()) write(`www/lib/regions/${province}.json`, Buffer.from(json));
  console.log(
    `regions: ${inForce.size} districts, ${new Set(retired).size} retired (idn-area-data ${versionOf(PRESENT)})`,
  );
}
