// @ts-check
/**
 * Replays rule vectors through the built package in Node: `npm run vectors -- FILE` (without one: our own). Prints each
 * mismatch, then `N passed, M failed`; the exit code is 1 if any failed.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "./build.mjs";
import { judge } from "./lib/cases.mjs";
import { ROOT } from "./lib/root.mjs";
import { fail, must } from "./lib/run.mjs";

/** @typedef {import("../www/lib/dist/index.js").ProvinceRegions} ProvinceRegions */

/** @param {string} path @returns {unknown} */
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** @param {string} file */
async function replay(file) {
  await must("bash", ["tools/setup.sh"]);
  await build(["regions", "wasm", "lib"]);
  const { examine, init, loadRegions } = await import("../www/lib/dist/index.js");
  await init(readFileSync(join(ROOT, "www/lib/pkg/rekam_bg.wasm")));

  /** @type {Map<string, ProvinceRegions>} */
  const provinces = new Map();
  /** The regions of the province of a code; known to the rules from then on. @param {string} code */
  const provinceOf = (code) => {
    const province = code.slice(0, 2);
    let regions = provinces.get(province);
    if (!regions) {
      regions = /** @type {ProvinceRegions} */ (readJson(join(ROOT, `www/lib/regions/${province}.json`)));
      provinces.set(province, regions);
      loadRegions(regions);
    }
    return regions;
  };
  /** @param {string} district */
  const villageOf = (district) => {
    const dotted = `${district.slice(0, 2)}.${district.slice(2, 4)}.${district.slice(4, 6)}`;
    const districts = provinceOf(district).regencies.flatMap(([, , all]) => all);
    return districts.find(([code]) => code === dotted)?.[2][0]?.[0] ?? `${district}1001`;
  };

  const { reference_date: today, vectors } =
    /** @type {{ reference_date: string, vectors: import("./lib/cases.mjs").Case[] }} */ (readJson(file));
  let failed = 0;
  for (const one of vectors) {
    loadVillagesOf(one.input);
    const mismatches = judge(one, today, examine, villageOf);
    if (mismatches.length > 0) {
      failed += 1;
      console.log(`${one.id} (${one.kind}): ${mismatches.join("; ")}`);
    }
  }
  console.log(`${vectors.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;

  /** @param {unknown} input */
  function loadVillagesOf(input) {
    const village = /** @type {{ village?: unknown } | null} */ (typeof input === "object" ? input : null)?.village;
    if (typeof village === "string" && /^\d\d/.test(village)) {
      try {
        provinceOf(village);
      } catch {
        // There is no such province; the rules say so themselves.
      }
    }
  }
}

await replay(resolve(process.env["INIT_CWD"] ?? ".", process.argv[2] ?? join(ROOT, "tests/vectors/rules.json"))).catch(
  fail,
);
