// @ts-check
/**
 * Other people's tus clients send our packets to our registry: tus-js-client (npm) and tuspy (PyPI), as they come. What
 * they do not do is what our own uploader is for; what they do must work.
 */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { compactVerify, importJWK } from "jose";
import * as tus from "tus-js-client";
import { ROOT } from "../../tools/lib/root.mjs";
import { Registry } from "../e2e/support/registry.mjs";

/**
 * @typedef {{ pid: string, ct: string, status: string }} Receipt
 * @typedef {{ url: string, begun_at: number, offset: number }} Sent what tuspy.py prints
 * @typedef {ConstructorParameters<typeof tus.Upload>[1]} Options
 */

/** Its types leave this class out. */
const { FileUrlStorage } = /** @type {{ FileUrlStorage: new (path: string) => NonNullable<Options["urlStorage"]> }} */ (
  /** @type {unknown} */ (tus)
);

const DIR = mkdtempSync(join(tmpdir(), "rekam-tus-"));
const CHUNK_BYTES = 64 * 1024;
/** Python and a version of tuspy, in a folder of their own. */
const TUSPY = "tuspy==1.1.0";
const VENV = join(ROOT, ".tools/tuspy");
const PYTHON = join(VENV, "bin/python");
const INSTALLED = join(VENV, TUSPY);
/** PyPI through a slow network. */
const LONGEST_INSTALL_MS = 120_000;
const LONGEST_UPLOAD_MS = 60_000;

const packet = join(DIR, "packet.age");
const manifest = join(DIR, "packet.jws");

/** @param {string} json @returns {unknown} */
function parse(json) {
  /** @type {unknown} */
  const value = JSON.parse(json);
  return value;
}

/** @param {string} jws */
function claimsOf(jws) {
  const [, payload = ""] = jws.split(".");
  return /** @type {Receipt} */ (parse(Buffer.from(payload, "base64url").toString()));
}

before(() => {
  const cargo = ["run", "--quiet", "--example", "seal_packet", "--features", "open", "--", DIR];
  execFileSync("cargo", cargo, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (!existsSync(INSTALLED)) {
    /** @param {string} program @param {string[]} args */
    const must = (program, args) =>
      execFileSync(program, args, { stdio: ["ignore", 2, 2], timeout: LONGEST_INSTALL_MS });
    must("python3", ["-m", "venv", "--clear", VENV]);
    must(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", TUSPY]);
    must(PYTHON, ["-c", `open("${INSTALLED}", "w").close()`]);
  }
});
after(() => rmSync(DIR, { recursive: true }));

/** A registry that is paired with the device that sealed the packet, which has one packet: so one for each upload. */
async function paired() {
  const registry = await Registry.start();
  const token = /#pair=([^.]+)\./.exec(registry.pairingLink)?.[1];
  const jwk = parse(readFileSync(join(DIR, "device.jwk"), "utf8"));
  const body = JSON.stringify({ token, jwk });
  const answer = await fetch(`${registry.endpoint}/devices`, { method: "POST", body });
  assert.equal(answer.status, 201);
  const { configuration } = /** @type {{ configuration: string }} */ (parse(await answer.text()));
  const { keys } = /** @type {{ keys: import("jose").JWK[] }} */ (/** @type {unknown} */ (claimsOf(configuration)));
  const [key] = keys;
  assert(key);
  return { registry, key: await importJWK(key, "ES256") };
}

/** The registry has the packet byte for byte, nothing else, and says so. @param {Awaited<ReturnType<typeof paired>>} to */
async function assertArrived({ registry, key }) {
  const { pid, ct } = claimsOf(readFileSync(manifest, "utf8"));
  assert.deepEqual(await readFile(registry.ciphertext(pid)), readFileSync(packet));
  assert.deepEqual(await readFile(join(registry.data, "objects/packets", `${pid}.jws`)), readFileSync(manifest));
  assert.deepEqual(await readdir(join(registry.data, "objects/parts", pid)).catch(() => []), []);
  const answer = await fetch(`${registry.endpoint}/receipts/${pid}`);
  assert.equal(answer.status, 200);
  const receipt = await answer.text();
  await compactVerify(receipt, key);
  const claims = claimsOf(receipt);
  assert.equal(claims.pid, pid);
  assert.equal(claims.status, "RECEIVED");
  assert.deepEqual(/** @type {unknown} */ (ct), { ...Object(ct), "sha-256": claims.ct });
}

/** @param {string} name @param {(to: Awaited<ReturnType<typeof paired>>) => Promise<void>} send */
function sends(name, send) {
  test(name, { timeout: LONGEST_UPLOAD_MS }, async () => {
    const to = await paired();
    try {
      await send(to);
      await assertArrived(to);
    } finally {
      await to.registry.remove();
    }
  });
}

describe("tus-js-client", () => {
  /** @param {Registry} registry @param {Partial<Options>} options */
  function upload(registry, options) {
    const metadata = { manifest: readFileSync(manifest, "utf8") };
    const endpoint = `${registry.endpoint}/packets`;
    return new tus.Upload(readFileSync(packet), { endpoint, metadata, retryDelays: null, ...options });
  }

  /** The methods of the requests that it took. @param {Registry} registry @param {Partial<Options>} [options] */
  async function whole(registry, options) {
    /** @type {string[]} */
    const methods = [];
    await new Promise((resolve, reject) => {
      const onBeforeRequest = (/** @type {{ getMethod(): string }} */ request) => {
        methods.push(request.getMethod());
      };
      upload(registry, { ...options, onBeforeRequest, onSuccess: resolve, onError: reject }).start();
    });
    return methods;
  }

  sends("sends a packet as it does by default", async ({ registry }) => {
    assert.deepEqual(await whole(registry), ["POST", "PATCH"]);
  });

  sends("sends a packet with its creation", async ({ registry }) => {
    assert.deepEqual(await whole(registry, { uploadDataDuringCreation: true }), ["POST"]);
  });

  sends("sends a packet in chunks, as POST where no PATCH gets through", async ({ registry }) => {
    const chunks = Math.ceil(readFileSync(packet).length / CHUNK_BYTES);
    const methods = await whole(registry, { chunkSize: CHUNK_BYTES, overridePatchMethod: true });
    assert.deepEqual(methods, Array(1 + chunks).fill("POST"));
    assert(chunks > 2);
  });

  sends("finds an upload again that was cut off in a chunk, and goes on from there", async ({ registry }) => {
    const urlStorage = new FileUrlStorage(join(DIR, "tus-js-client.json"));
    const options = { chunkSize: CHUNK_BYTES, urlStorage };
    await new Promise((resolve, reject) => {
      let chunks = 0;
      const cut = upload(registry, {
        ...options,
        onChunkComplete: () => (chunks += 1),
        // The first bytes of the third chunk are on their way.
        onProgress: () => {
          if (chunks === 2) cut.abort().then(resolve, reject);
        },
        onError: reject,
      });
      cut.start();
    });
    /** @type {number[]} */
    const offsets = [];
    await new Promise((resolve, reject) => {
      const rest = upload(registry, {
        ...options,
        onBeforeRequest: (request) => {
          if (request.getMethod() === "PATCH") offsets.push(Number(request.getHeader("Upload-Offset")));
          else assert.equal(request.getMethod(), "HEAD");
        },
        onSuccess: resolve,
        onError: reject,
      });
      rest.findPreviousUploads().then(([previous]) => {
        assert(previous);
        rest.resumeFromPreviousUpload(previous);
        rest.start();
      }, reject);
    });
    assert((offsets[0] ?? 0) >= 2 * CHUNK_BYTES, `${offsets[0]}`);
  });

  sends("creates an upload again and is told that all is there", async ({ registry }) => {
    await whole(registry);
    assert.deepEqual(await whole(registry, { uploadDataDuringCreation: true }), ["POST"]);
  });
});

describe("tuspy", () => {
  /** @param {Registry} registry @param {string[]} options */
  async function send(registry, ...options) {
    const script = join(ROOT, "tests/interop/tuspy.py");
    const args = [script, `${registry.endpoint}/packets`, manifest, packet, ...options];
    const { stdout } = await promisify(execFile)(PYTHON, args, { timeout: LONGEST_UPLOAD_MS });
    return /** @type {Sent} */ (parse(stdout));
  }

  sends("sends a packet as it does by default", async ({ registry }) => {
    await send(registry);
  });

  sends("sends a packet whole with its SHA-1", async ({ registry }) => {
    await send(registry, "--checksum");
  });

  sends("sends a packet in chunks with the SHA-1 of each", async ({ registry }) => {
    await send(registry, "--checksum", "--chunk", `${CHUNK_BYTES}`);
  });

  sends("finds an upload again that it stored, and goes on from there", async ({ registry }) => {
    const urls = ["--urls", join(DIR, "tuspy.json"), "--chunk", `${CHUNK_BYTES}`];
    const cut = await send(registry, ...urls, "--stop-at", "100000");
    assert.equal(cut.offset, 100_000);
    const rest = await send(registry, ...urls);
    assert.deepEqual([rest.url, rest.begun_at], [cut.url, 100_000]);
  });
});
