// @ts-check
/**
 * A real browser whose profile lies on the disk that is cut. It is started with an address and told nothing more: the page
 * talks to the server, so that no debugger stands between the browser and its disk.
 */
import { spawn } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, CHROMIUM_ARGUMENTS, firefox, isRoot } from "../../tools/lib/browsers.mjs";

/** @typedef {"chromium" | "firefox"} BrowserName */

/** Quiet, and not put off by a past that ended badly. */
const FIREFOX_PREFERENCES = {
  "app.update.enabled": false,
  "browser.sessionstore.resume_from_crash": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.startup.max_resumed_crashes": -1,
  "toolkit.telemetry.enabled": false,
};
/** A first start makes a profile; nobody's records are in it yet. */
const FIRST_START_MS = { chromium: 4_000, firefox: 7_000 };
const LONGEST_END_MS = 8_000;

export class Browser {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #child;
  #used;
  #log;

  /**
   * @param {BrowserName} name
   * @param {string} folder - off the disk that is cut: for a profile that was used once, and for what the browser prints
   */
  constructor(name, folder) {
    mkdirSync(folder, { recursive: true });
    this.name = name;
    this.#used = join(folder, "profile");
    this.#log = join(folder, "browser.log");
  }

  /** Makes the profile that every batch begins with, so that a page's first visit is not the browser's first start. */
  async prepare() {
    mkdirSync(this.#used);
    if (this.name === "firefox") {
      const lines = Object.entries(FIREFOX_PREFERENCES).map(
        (entry) => `user_pref(${JSON.stringify(entry).slice(1, -1)});`,
      );
      writeFileSync(join(this.#used, "user.js"), lines.join("\n"));
    }
    this.start(this.#used, "about:blank");
    await sleep(FIRST_START_MS[this.name]);
    await this.end("SIGTERM");
  }

  /** A copy of that profile. @param {string} profile */
  copyProfile(profile) {
    cpSync(this.#used, profile, { recursive: true, verbatimSymlinks: true });
  }

  /** @param {string} profile @param {string} address */
  start(profile, address) {
    // They name a process that may be somebody else's by now.
    for (const lock of ["SingletonLock", "SingletonSocket", "SingletonCookie"])
      rmSync(join(profile, lock), { force: true });
    const [program, args] =
      this.name === "firefox"
        ? [firefox(), ["-headless", "-no-remote", "-profile", profile, address]]
        : [
            chromium(),
            [...CHROMIUM_ARGUMENTS, ...(isRoot ? ["--no-sandbox"] : []), `--user-data-dir=${profile}`, address],
          ];
    const log = openSync(this.#log, "w");
    this.#child = spawn(program, args, { detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
  }

  /** What it printed since its last start. */
  get output() {
    return readFileSync(this.#log, "utf8");
  }

  /** Stops every process where it is: the moment before a cut that falls into no system call. */
  freeze() {
    this.#signal("SIGSTOP");
  }

  /** Ends it with all its children. @param {NodeJS.Signals} signal */
  async end(signal = "SIGKILL") {
    this.#signal(signal);
    for (const until = Date.now() + LONGEST_END_MS; this.#processes().length > 0; await sleep(30)) {
      if (signal === "SIGKILL" || Date.now() > until) this.#signal("SIGKILL");
    }
    this.#child = undefined;
  }

  /** Ends it without waiting: what runs last. */
  kill() {
    this.#signal("SIGKILL");
  }

  /** @param {NodeJS.Signals} signal */
  #signal(signal) {
    for (const pid of this.#processes()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has just ended.
      }
    }
  }

  /** The living processes of the session that the browser leads: children of its own groups are in it too. */
  #processes() {
    const leader = this.#child?.pid;
    if (leader === undefined) return [];
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => sessionOf(pid) === leader);
  }
}

/** The session of a process, undefined when it has ended. @param {number} pid */
function sessionOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything: state, parent, group and session come after it.
    const [state, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(session);
  } catch {
    return undefined;
  }
}
