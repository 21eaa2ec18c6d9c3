// @ts-check
/**
 * Other people's programs read our packets, and ours reads theirs: typage (npm `age-encryption`) for the envelope, `jose`
 * for the manifest, the system's `tar` for the archive.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Decrypter, Encrypter } from "age-encryption";
import { calculateJwkThumbprint, CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK } from "jose";

/**
 * @typedef {{ pid: string, dev: string, site: string, seq: number, svc: string }} Common
 * @typedef {Common & { entries: { path: string, len: number, "sha-256": string }[] }} Index packet.json
 * @typedef {Common & { prev: string, rcp: string, ct: object, cnt: object }} Claims the manifest's
 * @typedef {{ name: string, nik: string }} Applicant
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DIR = mkdtempSync(join(tmpdir(), "rekam-interop-"));

/** A compiled example of the core; what it writes to standard output. @param {string} name @param {string[]} args */
function example(name, ...args) {
  const cargo = ["run", "--quiet", "--example", name, "--features", "open", "--", ...args];
  return execFileSync("cargo", cargo, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "inherit"] });
}

/** @param {string} path */
const path = (path) => join(DIR, path);
/** @param {string} name */
const bytes = (name) => readFileSync(path(name));
/** @param {string} name */
const text = (name) => bytes(name).toString().trim();
/** @param {string} json @returns {unknown} */
function parse(json) {
  /** @type {unknown} */
  const value = JSON.parse(json);
  return value;
}
/** @param {Uint8Array | string} data */
const hash = (data) => createHash("sha256").update(data).digest("base64url");

/** What our manifest says, without asking who signed it. */
function claimsUnverified() {
  const [, payload = ""] = text("packet.jws").split(".");
  return /** @type {Claims} */ (parse(Buffer.from(payload, "base64url").toString()));
}

before(() => example("seal_packet", DIR));
after(() => rmSync(DIR, { recursive: true }));

/** The archive, as typage opens it. */
async function archive() {
  const decrypter = new Decrypter();
  decrypter.addIdentity(text("identity.txt"));
  return await decrypter.decrypt(bytes("packet.age"));
}

describe("a packet that we sealed", () => {
  test("opens with typage", async () => {
    const ours = example("open_packet", ...["identity.txt", "packet.age", "packet.jws", "device.jwk"].map(path));
    assert.deepEqual(Buffer.from(await archive()), ours);
  });

  test("is a tar that the system reads, packet.json first, the captures byte for byte", async () => {
    writeFileSync(path("packet.tar"), await archive());
    const names = execFileSync("tar", ["tf", path("packet.tar")], { encoding: "utf8" })
      .trim()
      .split("\n");
    assert.deepEqual(names.slice(0, 3), ["packet.json", "enrollment.json", "face.jpg"]);
    mkdirSync(path("extracted"));
    execFileSync("tar", ["xf", path("packet.tar"), "-C", path("extracted")]);

    const captures = names.slice(2);
    assert.deepEqual([...captures].sort(), filesBelow(path("captures")));
    for (const name of captures) assert.deepEqual(bytes(`extracted/${name}`), bytes(`captures/${name}`), name);
    assert.equal(statSync(path("extracted/face.jpg")).mode & 0o777, 0o600);

    const index = /** @type {Index} */ (parse(text("extracted/packet.json")));
    assert.deepEqual(
      index.entries.map((entry) => entry.path),
      names.slice(1),
    );
    for (const entry of index.entries) {
      const file = bytes(`extracted/${entry.path}`);
      assert.deepEqual([entry.len, entry["sha-256"]], [file.length, hash(file)], entry.path);
    }
    const { name, nik } = /** @type {Applicant} */ (parse(text("extracted/enrollment.json")));
    assert.deepEqual({ name, nik }, parse(text("applicant.json")));
  });

  test("has a manifest that jose verifies, about these very bytes", async () => {
    const jwk = /** @type {import("jose").JWK} */ (parse(text("device.jwk")));
    const key = await importJWK(jwk, "ES256");
    const { payload, protectedHeader } = await compactVerify(text("packet.jws"), key, { algorithms: ["ES256"] });
    const dev = await calculateJwkThumbprint(jwk);
    assert.deepEqual(protectedHeader, { alg: "ES256", typ: "enrollment-packet+jws", kid: dev });

    const claims = /** @type {Claims} */ (parse(new TextDecoder().decode(payload)));
    const packet = bytes("packet.age");
    assert.deepEqual(claims.ct, { "sha-256": hash(packet), len: packet.length, type: "application/age" });
    assert.equal(claims.rcp, hash(`${text("recipient.txt")}\n`));
    assert.deepEqual([claims.dev, claims.prev, claims.seq], [dev, dev, 1]);
    assert.deepEqual(claims.cnt, { face: 1, signature: 1, finger: 10, iris: 2 });
  });

  test("says inside what the manifest says outside", async () => {
    writeFileSync(path("inside.tar"), await archive());
    const packetJson = execFileSync("tar", ["xOf", path("inside.tar"), "packet.json"], { encoding: "utf8" });
    const inside = /** @type {Index} */ (parse(packetJson));
    const outside = claimsUnverified();
    for (const claim of /** @type {const} */ (["pid", "dev", "site", "seq", "svc"]))
      assert.equal(inside[claim], outside[claim], claim);
  });

  test("is refused by jose when a character of the manifest changes", async () => {
    const [header, payload, signature] = text("packet.jws").split(".");
    const changed = `${header}.${payload?.replace(/.$/, (last) => (last === "A" ? "B" : "A"))}.${signature}`;
    const key = await importJWK(/** @type {import("jose").JWK} */ (parse(text("device.jwk"))), "ES256");
    await assert.rejects(compactVerify(changed, key), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  });
});

describe("a packet that others sealed", () => {
  /** Seals with typage and jose, opens with our opener. @param {Uint8Array} plaintext */
  async function thereAndBack(plaintext) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(text("recipient.txt"));
    const packet = await encrypter.encrypt(plaintext);
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const dev = await calculateJwkThumbprint(jwk);
    const claims = {
      ...claimsUnverified(),
      ...{ dev, prev: dev, ct: { "sha-256": hash(packet), len: packet.length, type: "application/age" } },
      member_of_a_later_version: true,
    };
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "ES256", typ: "enrollment-packet+jws", kid: dev })
      .sign(privateKey);
    writeFileSync(path("theirs.age"), packet);
    writeFileSync(path("theirs.jws"), jws);
    writeFileSync(path("theirs.jwk"), JSON.stringify(jwk));
    return example("open_packet", ...["identity.txt", "theirs.age", "theirs.jws", "theirs.jwk"].map(path));
  }

  test("opens with ours, whatever its length", async () => {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 300_000]) {
      const plaintext = Buffer.alloc(length, "KTP-el");
      assert.deepEqual(await thereAndBack(plaintext), plaintext, `${length} bytes`);
    }
  });

  test("opens with ours as an archive of the system's tar", async () => {
    const tar = ["--format=ustar", "-cf", path("theirs.tar"), "-C", path("captures"), "."];
    execFileSync("tar", tar);
    assert.deepEqual(await thereAndBack(bytes("theirs.tar")), bytes("theirs.tar"));
  });
});

/** Paths of all files below a directory, in order. @param {string} directory */
function filesBelow(directory) {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((file) => join(file.parentPath, file.name).slice(directory.length + 1)).sort();
}
