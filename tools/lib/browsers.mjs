// @ts-check
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./root.mjs";

/** Headless, and quiet: a browser under test looks nothing up and updates nothing. */
export const CHROMIUM_ARGUMENTS = [
  "--headless=new",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The first of these programs that is on PATH. @param {string[]} names */
function which(...names) {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium's sandbox refuses to run for root. */
export const isRoot = process.getuid?.() === 0;

/** Where Chromium is, or Chrome; CHROMIUM in the environment wins. */
export function chromium() {
  const path =
    process.env["CHROMIUM"] ?? which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  if (path === undefined) throw new Error("no Chromium on PATH: run tools/setup.sh --browsers, or set CHROMIUM");
  return path;
}

/** Where Firefox is; FIREFOX in the environment wins. */
export function firefox() {
  const path = process.env["FIREFOX"] ?? which("firefox-esr", "firefox");
  if (path === undefined) throw new Error("no Firefox on PATH: run tools/setup.sh --browsers, or set FIREFOX");
  return path;
}

/** Writes what wasm-bindgen's test runner is to ask of the browser; returns the file. @param {"chrome" | "firefox"} browser */
export function webdriverCapabilities(browser) {
  const capabilities =
    browser === "chrome"
      ? {
          "goog:chromeOptions": {
            binary: chromium(),
            args: [...CHROMIUM_ARGUMENTS, ...(isRoot ? ["--no-sandbox"] : [])],
          },
        }
      : { "moz:firefoxOptions": { binary: firefox(), args: ["-headless"] } };
  const file = join(ROOT, `.tools/webdriver-${browser}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(capabilities));
  return file;
}
