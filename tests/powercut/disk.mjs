// @ts-check
/**
 * A disk whose power can be cut: ext4 in a file, mounted through a loop device. `EXT4_IOC_SHUTDOWN` without a log flush
 * stops every write at once: what was not synced is gone after the next mount, as it is when a generator stops. Killing
 * a browser shows nothing of the kind, since the kernel keeps what it was handed.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Sparse: it takes only what is written. */
const IMAGE_BYTES = 3_000_000_000;
/** Node has no ioctl. perl is part of every Debian; it stays open, so that a cut takes a millisecond and no start of a program. */
const CUTTER = String.raw`$| = 1; while (<STDIN>) { chomp; my $no_log_flush = pack("I", 2);
  open(my $f, "<", $_) or die; ioctl($f, 0x8004587d, $no_log_flush) or die "ioctl: $!"; close($f); print "cut\n" }`;
const LONGEST_UNMOUNT_MS = 10_000;

export class Disk {
  #folder = mkdtempSync(join(tmpdir(), "rekam-powercut-"));
  #image = join(this.#folder, "image");
  #mounted = false;
  /** Where the file system is. */
  path = join(this.#folder, "disk");
  #cutter = spawn("perl", ["-e", CUTTER], { stdio: ["pipe", "pipe", "inherit"], detached: true });

  /** Rejects when the helper ends, which it does only where it cannot cut. */
  #broken = once(this.#cutter, "exit").then(() => Promise.reject(new Error("the file system could not be shut down")));

  constructor() {
    mkdirSync(this.path);
    // Whoever waits for a cut hears of it.
    this.#broken.catch(() => undefined);
    // A terminal's Ctrl-C is for this process alone, and the helper must not keep it alive.
    this.#cutter.unref();
  }

  /** A folder that no cut reaches. @param {string} name */
  beside(name) {
    return join(this.#folder, name);
  }

  /** A new, empty file system. */
  async make() {
    await this.#unmount();
    rmSync(this.#image, { force: true });
    execFileSync("truncate", ["-s", String(IMAGE_BYTES), this.#image]);
    execFileSync("mkfs.ext4", ["-q", "-F", this.#image], { stdio: "pipe" });
    this.#mount();
  }

  /** Writes everything out: what the kernel does by itself some 35 s after a file was made. */
  sync() {
    execFileSync("sync", ["-f", this.path]);
  }

  /** The power goes. Nothing that was not synced reaches the image from here on. */
  async cut() {
    const done = once(this.#cutter.stdout, "data");
    this.#cutter.stdin.write(`${this.path}\n`);
    await Promise.race([done, this.#broken]);
  }

  /** The power comes back; nobody may have a file open any more. */
  async remount() {
    await this.#unmount();
    this.#mount();
  }

  #mount() {
    execFileSync("mount", ["-o", "loop", this.#image, this.path], { stdio: "pipe" });
    this.#mounted = true;
  }

  async #unmount() {
    for (const until = Date.now() + LONGEST_UNMOUNT_MS; this.#mounted;) {
      try {
        execFileSync("umount", [this.path], { stdio: "pipe" });
        this.#mounted = false;
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(100);
      }
    }
  }

  /** Gives everything back, whatever state it is in; once more does no harm. Synchronous: it is what runs last. */
  release() {
    this.#cutter.kill("SIGKILL");
    // Lazily: a process that is still dying does not keep the loop device for ever.
    if (this.#mounted) execFileSync("umount", ["-l", this.path], { stdio: "inherit" });
    this.#mounted = false;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Why there can be no such disk here; undefined when there can. @returns {Promise<string | undefined>} */
export async function whyNoDisk() {
  if (process.platform !== "linux") return "it takes Linux";
  if (process.getuid?.() !== 0) return "it takes root, to mount a file system and to shut it down";
  /** @type {Disk | undefined} */
  let disk;
  try {
    disk = new Disk();
    await disk.make();
    await disk.cut();
    await disk.remount();
    return undefined;
  } catch (error) {
    return `it takes loop devices, ext4 with mkfs.ext4, and perl: ${String(error).split("\n", 1).join("")}`;
  } finally {
    disk?.release();
  }
}
