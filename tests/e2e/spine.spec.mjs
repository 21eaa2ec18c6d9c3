// @ts-check
// One applicant, recorded offline, arrives and is opened: the whole path against real parts.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Decrypter } from "age-encryption";
import { APPLICANT, makeScans, sha256 } from "./support/applicant.mjs";
import * as clerk from "./support/clerk.mjs";
import { FINGERS } from "./support/fingers.mjs";
import { Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
import { pictures, Tablet } from "./support/tablet.mjs";

test("records one applicant offline, who arrives and is opened @demo", async () => {
  const scans = makeScans();
  const work = mkdtempSync(join(tmpdir(), "rekam-opened-"));
  const registry = await Registry.start();
  const tablet = await Tablet.start();
  const page = await tablet.page();
  /** @type {string[]} */
  let drawn = [];
  let pid = "";

  try {
    await test.step("1 the registry runs with its defaults, the tablet is paired by its link", async () => {
      await clerk.pair(page, registry.pairingLink);
    });

    await test.step("2 the network is cut, the page still opens", async () => {
      await tablet.setOffline(true);
      await page.reload();
      await clerk.unlock(page);
      await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" })).toBeVisible();
      await expect(page.getByText("Luring", { exact: true })).toBeVisible();
    });

    await test.step("3 the clerk records: fields, photo, signature, ten fingers, two irises", async () => {
      await clerk.record(page, scans);
      drawn = await pictures(page);
      await show(page, "form");
    });

    await test.step("4 mistakes stand beside their fields; mended, it is sealed and durable", async () => {
      await page.getByRole("textbox", { name: "NIK" }).fill("62021624110500O1");
      await page.getByRole("textbox", { name: "RT", exact: true }).fill("1234");
      await page.getByRole("button", { name: "Tinjau" }).click();
      await expect(page.getByRole("link", { name: /^NIK: NIK hanya berisi angka/ })).toBeVisible();
      await expect(page.getByRole("link", { name: /^RT: RT paling banyak tiga angka/ })).toBeVisible();
      await expect(page.getByRole("textbox", { name: "NIK" })).toHaveAccessibleDescription(/NIK hanya berisi angka/);
      await page.getByRole("textbox", { name: "NIK" }).fill(APPLICANT.nik);
      await page.getByRole("textbox", { name: "RT", exact: true }).fill("3");
      await clerk.seal(page);
      pid = page.url().split("/").at(-1) ?? "";
      await page.getByRole("link", { name: "Antrean kirim" }).first().click();
      await expect(page.getByRole("listitem").filter({ hasText: "Rekaman nomor 1" })).toContainText(
        "Menunggu jaringan",
      );
    });

    await test.step("5 the network is back: noticed, sent, receipted, purged", async () => {
      await tablet.setOffline(false);
      const item = page.getByRole("listitem").filter({ hasText: "Rekaman nomor 1" });
      await expect(item).toContainText("sudah dihapus dari tablet", { timeout: 60_000 });
      await expect(page.getByText("Daring", { exact: true })).toBeVisible();
      await show(page, "outbox");
    });

    await test.step("6 registry open writes out what was captured, and so do age and tar", async () => {
      const identity = join(registry.data, "keys/opening.key");
      await registry.command("open", pid, "--out", work);
      const opened = join(work, pid);
      const file = (/** @type {string} */ path) => readFileSync(join(opened, path));
      FINGERS.forEach((finger, n) => {
        expect(sha256(file(`fingers/${finger.replace("_", "-")}.jp2`)), finger).toBe(digestOf(scans.fingers[n]));
      });
      ["right", "left"].forEach((eye, n) => {
        expect(sha256(file(`irises/${eye}.jp2`)), eye).toBe(digestOf(scans.irises[n]));
      });
      for (const name of readdirSync(opened).filter((entry) => /^(face|signature)\./.test(entry))) {
        expect(drawn, name).toContain(sha256(file(name)));
      }
      const enrollment = /** @type {unknown} */ (JSON.parse(file("enrollment.json").toString()));
      expect(enrollment).toMatchObject({
        nik: APPLICANT.nik,
        name: APPLICANT.name,
        birth_date: "2005-11-24",
        rt: "003",
      });

      const decrypter = new Decrypter();
      decrypter.addIdentity(readFileSync(identity, "utf8").match(/AGE-SECRET-KEY-PQ-1\S+/)?.[0] ?? "");
      const tar = await decrypter.decrypt(readFileSync(registry.ciphertext(pid)));
      const names = execFileSync("tar", ["-tf", "-"], { input: tar, encoding: "utf8" }).trim().split("\n");
      expect(names.slice(0, 2)).toEqual(["packet.json", "enrollment.json"]);
      expect(names).toHaveLength(2 + 2 + 10 + 2);
      const thumb = execFileSync("tar", ["-xOf", "-", "fingers/right-thumb.jp2"], { input: tar });
      expect(sha256(thumb)).toBe(digestOf(scans.fingers[0]));
    });

    await test.step("7 nothing of the applicant is left on the tablet, or in the registry's log", async () => {
      await tablet.close();
      expect(await tablet.find([APPLICANT.name, APPLICANT.nik, APPLICANT.address])).toEqual([]);
      expect(registry.output).not.toContain(APPLICANT.nik);
    });
  } finally {
    await tablet.close();
    await tablet.remove();
    await registry.remove();
    rmSync(work, { recursive: true, force: true });
  }
});

/** SHA-256 of a file that was handed in. @param {import("./support/applicant.mjs").UploadFile | undefined} file */
function digestOf(file) {
  return file && sha256(file.buffer);
}
