// @ts-check
// A tablet: one Chromium with a profile on the disk, so that it can be searched afterwards.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";
import { isRoot, chromium as executable } from "../../../tools/lib/browsers.mjs";

const run = promisify(execFile);

export class Tablet {
  /** @param {string} profile @param {import("@playwright/test").BrowserContext} context */
  constructor(profile, context) {
    this.profile = profile;
    this.context = context;
  }

  /** Starts the browser on a new profile, or on one that was left. @param {string} [profile] */
  static async start(profile) {
    const folder = profile ?? (await mkdtemp(join(tmpdir(), "rekam-tablet-")));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: executable(),
      viewport: { width: 800, height: 1280 },
      locale: "id-ID",
      timezoneId: "Asia/Jakarta",
      permissions: ["camera"],
      chromiumSandbox: !isRoot,
      args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    });
    await context.addInitScript(rememberBlobs);
    return new Tablet(folder, context);
  }

  /** A new tab. */
  page() {
    return this.context.newPage();
  }

  /** Cuts or restores the network for every page and worker. @param {boolean} offline */
  setOffline(offline) {
    return this.context.setOffline(offline);
  }

  /**
   * Slows every service worker down from now on, in its own session: what is set for a page does not reach its worker.
   *
   * @param {{ bytesPerSecond: number }} link
   */
  async slowWorkers({ bytesPerSecond }) {
    const browser = this.context.browser();
    if (!browser) throw new Error("the browser has no session of its own");
    const devtools = await browser.newBrowserCDPSession();
    const { targetInfos } = await devtools.send("Target.getTargets");
    const throughput = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
    for (const { targetId } of targetInfos.filter(({ type }) => type === "service_worker")) {
      const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
      const conditions = { offline: false, latency: 100, ...throughput };
      for (const [id, method, params] of /** @type {const} */ ([
        [1, "Network.enable", {}],
        [2, "Network.emulateNetworkConditions", conditions],
      ])) {
        const message = JSON.stringify({ id, method, params });
        await devtools.send("Target.sendMessageToTarget", { sessionId, message });
      }
    }
  }

  close() {
    return this.context.close();
  }

  /** Which of the words stand anywhere in the files of the profile, in UTF-8 or UTF-16. @param {string[]} words */
  async find(words) {
    const found = [];
    for (const word of words) {
      for (const encoding of /** @type {const} */ (["utf8", "utf16le"])) {
        const pattern = [...Buffer.from(word, encoding)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`);
        const args = ["-rlaP", pattern.join(""), this.profile];
        const files = await run("grep", args, { env: { ...process.env, LC_ALL: "C" } }).then(
          ({ stdout }) => stdout.trim(),
          // grep ends with 1 when it finds nothing.
          (/** @type {{ code?: number, stderr?: string }} */ error) => {
            if (error.code === 1) return "";
            throw error;
          },
        );
        if (files) found.push(`${word} (${encoding}) in ${files}`);
      }
    }
    return found;
  }

  /** Takes the default IndexedDB away, as Chromium does when it finds it damaged; the browser must be closed. */
  async forgetDatabases() {
    await rm(join(this.profile, "Default/IndexedDB"), { recursive: true, force: true });
  }

  async remove() {
    await rm(this.profile, { recursive: true, force: true });
  }
}

/** In the page: keeps the SHA-256 of every picture that a canvas gives away, to compare with what the registry opens. */
function rememberBlobs() {
  /** @type {string[]} */
  const digests = [];
  Object.assign(globalThis, { __pictures: digests });
  const toBlob = HTMLCanvasElement.prototype.toBlob;
  /** @param {Blob} blob */
  const remember = async (blob) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    digests.push([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  };
  /** @type {HTMLCanvasElement["toBlob"]} */
  HTMLCanvasElement.prototype.toBlob = function (callback, type, quality) {
    /** @param {Blob | null} blob */
    const taken = (blob) => {
      callback(blob);
      if (blob) void remember(blob);
    };
    toBlob.call(this, taken, type, quality);
  };
}

/** What {@link rememberBlobs} has kept. @param {import("@playwright/test").Page} page @returns {Promise<string[]>} */
export function pictures(page) {
  return page.evaluate(() => /** @type {typeof globalThis & { __pictures: string[] }} */ (globalThis).__pictures);
}
