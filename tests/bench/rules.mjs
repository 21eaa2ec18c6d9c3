// @ts-check
/**
 * What it costs to judge a form as it is typed, in Chromium, at full speed and throttled: `npm run bench:rules`.
 * Medians of many; the machine is noisy, so read the ratios.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chromium as executable, isRoot } from "../../tools/lib/browsers.mjs";
import { ROOT } from "../../tools/lib/root.mjs";

const RUNS = 300;
const THROTTLES = [1, 4, 6];
const TYPES = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
  ".json": "application/json",
};

const server = createServer((request, response) => {
  void (async () => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const type = Object.entries(TYPES).find(([end]) => path.endsWith(end))?.[1] ?? "text/html";
    const body = path === "/" ? "<!doctype html><title>bench</title>" : await readFile(join(ROOT, "www/lib", path));
    response.writeHead(200, { "content-type": type }).end(body);
  })().catch(() => response.writeHead(404).end());
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const address = server.address();
if (address === null || typeof address === "string") throw new Error("the server has no port");

const browser = await chromium.launch({ executablePath: executable(), chromiumSandbox: !isRoot });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${address.port}/`);
  const session = await page.context().newCDPSession(page);
  console.log(`Chromium ${browser.version()}, median of ${RUNS}, milliseconds`);
  console.log("| what is judged | " + THROTTLES.map((rate) => `${rate}×`).join(" | ") + " |");
  console.log("| --- |" + " --- |".repeat(THROTTLES.length));
  /** @type {Map<string, string[]>} */
  const rows = new Map();
  for (const rate of THROTTLES) {
    await session.send("Emulation.setCPUThrottlingRate", { rate });
    for (const [what, milliseconds] of Object.entries(await page.evaluate(measure, RUNS)))
      rows.set(what, [...(rows.get(what) ?? []), milliseconds.toFixed(2)]);
  }
  for (const [what, row] of rows) console.log(`| ${what} | ${row.join(" | ")} |`);
} finally {
  await browser.close();
  server.close();
}

/** In the page. @param {number} runs @returns {Promise<Record<string, number>>} */
async function measure(runs) {
  const at = "/dist/index.js";
  const module = /** @type {unknown} */ (await import(at));
  const { examine, init, loadRegions } = /** @type {typeof import("../../www/lib/dist/index.js")} */ (module);
  await init("/pkg/rekam_bg.wasm");
  const regions = /** @type {unknown} */ (await (await fetch("/regions/62.json")).json());
  loadRegions(/** @type {import("../../www/lib/dist/index.js").ProvinceRegions} */ (regions));

  /** @type {import("../../www/lib/dist/index.js").Draft} */
  const empty = {
    ...{ id: "d", service: "kk_new_family", fields: {}, members: [], attachments: [], overrides: [] },
    ...{ photoApproved: false, exceptions: [], captures: [], savedAt: 0 },
  };
  const person = {
    ...{ name: "SITI AMINAH", shdk: "9", sex: "1", birth_place: "SAMPIT", birth_date: "24-11-2009", religion: "1" },
    ...{ birth_certificate: "ADA", birth_certificate_number: "1234/2009", blood_type: "13", marital_status: "1" },
    ...{ impairment: "TIDAK ADA", education: "3", occupation: "3", citizenship: "1", mother_name: "IBU" },
  };
  const address = { address: "JALAN CONTOH", rt: "1", rw: "2", village: "62.02.16.2001", postcode: "74322" };
  const members = Array.from({ length: 10 }, (_, n) => {
    const nik = `62021624110900${String(n + 1).padStart(2, "0")}`;
    return { id: String(n), fields: { ...person, nik, shdk: n === 0 ? "1" : "9" }, overrides: [] };
  });
  const cases = {
    "one field": { ...empty, service: "ktp_first", fields: { nik: "6202162411090001" } },
    "an applicant": { ...empty, service: "ktp_first", fields: { ...person, ...address, nik: "6202162411090001" } },
    "a family of ten": { ...empty, fields: { ...address, head_name: "SITI AMINAH", member_count: "10" }, members },
  };
  /** @type {Record<string, number>} */
  const medians = {};
  for (const [what, draft] of Object.entries(cases)) {
    const given = what === "one field" ? "given" : "whole";
    const judge = () => examine(/** @type {typeof empty} */ (draft), "2026-11-24", given);
    for (let n = 0; n < 50; n += 1) judge();
    const times = Array.from({ length: runs }, () => {
      const from = performance.now();
      // Clocks of browsers are coarse.
      for (let n = 0; n < 10; n += 1) judge();
      return (performance.now() - from) / 10;
    }).sort((a, b) => a - b);
    medians[what] = times[runs / 2] ?? NaN;
  }
  return medians;
}
