// @ts-check
/**
 * Our uploader against a tus server that is not ours, as it comes: `@tus/server` with `@tus/file-store`. It knows of no
 * receipts, so a station sends everything and still takes nothing for received.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Link, send, TusServer } from "../field/programs.mjs";

describe("a station and @tus/server", () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "rekam-interop-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** @param {string} endpoint @param {number} seed @param {number} longest */
  async function sent(endpoint, seed, longest) {
    const out = join(folder, `${seed}.age`);
    const args = ["--endpoint", endpoint, "--out", out, "--seed", String(seed), "--longest", String(longest)];
    const { length, ...became } = await send(...args);
    const bytes = await readFile(out);
    assert.equal(bytes.length, length);
    assert.equal(became.state, "stored");
    assert.equal(became.reason, "receipt_missing");
    assert.equal(became.receipt, false);
    return { bytes, ...became };
  }

  for (const longest of [300, 200_000]) {
    test(`brings the same bytes, with captures of up to ${longest} bytes`, async () => {
      const server = await TusServer.start();
      try {
        const { bytes, pid } = await sent(`http://127.0.0.1:${server.port}`, longest, longest);
        const uploads = await server.uploads();
        assert.equal(uploads.length, 1);
        assert.ok(uploads[0]?.bytes.equals(bytes));
        const [, claims = ""] = uploads[0]?.info.metadata?.["manifest"]?.split(".") ?? [];
        assert.ok(Buffer.from(claims, "base64url").includes(pid));
      } finally {
        await server.stop();
      }
    });
  }

  for (const seed of [1, 2, 3]) {
    test(`brings the same bytes over a link that breaks, as drawn from ${seed}`, async () => {
      const server = await TusServer.start();
      const link = await Link.to(server.port, { seed, mean: 60_000 });
      try {
        const { bytes } = await sent(link.endpoint, seed, 200_000);
        const whole = (await server.uploads()).filter(({ info, bytes }) => info.size === bytes.length);
        assert.equal(whole.length, 1);
        assert.ok(whole[0]?.bytes.equals(bytes));
      } finally {
        const { cuts } = await link.end();
        assert.ok(cuts >= 5, `${cuts} cuts`);
        await server.stop();
      }
    });
  }
});
