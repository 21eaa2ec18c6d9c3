// @ts-check
/**
 * What cuts cost: `npm run bench:waste`. One packet of 2 MB goes to a server over a link that is cut after the same random
 * numbers of bytes, once by our uploader and once by `tus-js-client` with its defaults; what went over the wire, heads and
 * answers too, is told as what it is more than the packet. Medians over seeds.
 *
 *   npm run bench:waste -- --runs 7
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Upload } from "tus-js-client";
import { build } from "../../tools/build.mjs";
import { APP, freePort, Registry } from "../e2e/support/registry.mjs";
import { Link, seal, send, TusServer } from "../field/programs.mjs";

/** Bytes from the tablet between two cuts, on average. */
const MEANS = [100_000, 400_000, 2_000_000];
const LONGEST_CAPTURE = "280000";
/** Uploads from the beginning after which an uploader counts as one that never gets through. */
const MOST_BEGINNINGS = 20;

/**
 * @typedef {(link: Link, pairingLink: string | undefined, seed: number, folder: string) => Promise<number | undefined>} Uploader
 * sends a packet and gives its length; nothing where it cannot
 */

/** @type {Record<string, Uploader>} */
const UPLOADERS = {
  rekam: async (link, pairingLink, seed) => {
    const { length } = await send(...target(link, pairingLink), ...packet(seed));
    return length;
  },
  "tus-js-client": (link, pairingLink, seed, folder) => tusJs(link, pairingLink, seed, folder, false),
  "tus-js-client, its page closed at each cut": (link, pairingLink, seed, folder) =>
    tusJs(link, pairingLink, seed, folder, true),
};

/** @type {Record<string, (seed: number, mean: number, upload: (link: Link, pairingLink?: string) => Promise<void>) => Promise<import("../field/programs.mjs").Count>>} */
const SERVERS = {
  "@tus/server": async (seed, mean, upload) => {
    const server = await TusServer.start();
    const link = await Link.to(server.port, { seed, mean });
    await upload(link);
    const count = await link.end();
    await server.stop();
    return count;
  },
  "the registry": async (seed, mean, upload) => {
    const port = await freePort();
    const link = await Link.to(port, { seed, mean });
    const data = await mkdtemp(join(tmpdir(), "rekam-registry-"));
    const registry = new Registry(data, port, link.endpoint, APP);
    await registry.resume();
    await upload(link, registry.pairingLink);
    const count = await link.end();
    await registry.remove();
    return count;
  },
};

/** @param {Link} link @param {string | undefined} pairingLink */
function target(link, pairingLink) {
  return pairingLink === undefined ? ["--endpoint", link.endpoint] : ["--link", pairingLink];
}

/** @param {number} seed */
function packet(seed) {
  return ["--seed", String(seed), "--longest", LONGEST_CAPTURE];
}

/** @param {Link} link @param {string | undefined} pairingLink @param {number} seed @param {string} folder @param {boolean} closes */
async function tusJs(link, pairingLink, seed, folder, closes) {
  const out = join(folder, "packet.age");
  const { manifest } = await seal(...target(link, pairingLink), ...packet(seed), "--out", out);
  const bytes = await readFile(out);
  for (let beginning = 0; beginning < MOST_BEGINNINGS; beginning += 1) {
    if (await runOnce(`${link.endpoint}/packets`, bytes, manifest, closes)) return bytes.length;
  }
  return undefined;
}

/**
 * One page with one upload. When tus-js-client gives up, a person starts the same upload again; where the page closes at a
 * cut there is nobody.
 *
 * @param {string} endpoint @param {Buffer} bytes @param {string} manifest @param {boolean} closes
 * @returns {Promise<boolean>} whether it got through
 */
function runOnce(endpoint, bytes, manifest, closes) {
  return new Promise((resolve) => {
    const upload = new Upload(bytes, {
      endpoint,
      metadata: { manifest },
      ...(closes ? { onShouldRetry: () => false } : {}),
      onSuccess: () => resolve(true),
      onError: () => (closes ? resolve(false) : upload.start()),
    });
    upload.start();
  });
}

/** @param {(number | undefined)[]} values */
function median(values) {
  const sorted = values.map((value) => value ?? Infinity).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** @param {number} part */
function percent(part) {
  return Number.isFinite(part) ? `${(part * 100).toFixed(1)} %` : "never through";
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" } } });
const runs = Number(values.runs);
await build(["registry", "field"]);
const folder = await mkdtemp(join(tmpdir(), "rekam-waste-"));
try {
  console.log(`\nBytes on the wire beyond the packet of 2 MB, median of ${runs}; a cut every … bytes on average`);
  console.log(`| server | uploader | ${MEANS.map((mean) => mean.toLocaleString("en")).join(" | ")} |`);
  console.log("| --- | --- |" + " --- |".repeat(MEANS.length));
  for (const [server, meet] of Object.entries(SERVERS)) {
    /** @type {number[]} */
    let ours = [];
    for (const [uploader, upload] of Object.entries(UPLOADERS)) {
      const row = [];
      for (const mean of MEANS) {
        /** @type {(number | undefined)[]} */
        const wastes = [];
        for (let seed = 1; seed <= runs; seed += 1) {
          /** @type {number | undefined} */
          let length;
          const count = await meet(seed, mean, async (link, pairingLink) => {
            length = await upload(link, pairingLink, seed, folder);
          });
          wastes.push(length && (count.up + count.down) / length - 1);
        }
        row.push(median(wastes));
      }
      if (uploader === "rekam") ours = row;
      const cells = row.map((waste, n) => {
        const ratio = waste / (ours[n] ?? NaN);
        const beside = uploader === "rekam" || !Number.isFinite(ratio) ? "" : `, ${ratio.toFixed(1)} times ours`;
        return percent(waste) + beside;
      });
      console.log(`| ${server} | ${uploader} | ${cells.join(" | ")} |`);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
