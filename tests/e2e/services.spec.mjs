// @ts-check
// Other services than a family's card: who is too young, and whose card is lost.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { APPLICANT, makeScans } from "./support/applicant.mjs";
import * as clerk from "./support/clerk.mjs";
import { fillAll } from "./support/fill.mjs";
import { Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
import { Tablet } from "./support/tablet.mjs";

/** @type {Registry} */ let registry;
/** @type {Tablet} */ let tablet;
/** @type {string} */ let work;

test.beforeEach(async () => {
  registry = await Registry.start();
  tablet = await Tablet.start();
  work = mkdtempSync(join(tmpdir(), "rekam-opened-"));
});

test.afterEach(async () => {
  await tablet.close();
  await tablet.remove();
  await registry.remove();
  rmSync(work, { recursive: true, force: true });
});

/** The enrollment that the sealed packet on the screen holds. @param {import("@playwright/test").Page} page */
async function opened(page) {
  const pid = page.url().split("/").at(-1) ?? "";
  await expect.poll(() => registry.packets(), { timeout: 60_000 }).toHaveLength(1);
  await registry.command("open", pid, "--out", work);
  /** @type {unknown} */
  const enrollment = JSON.parse(readFileSync(join(work, pid, "enrollment.json"), "utf8"));
  return enrollment;
}

/** New Year's Day of the year in which somebody becomes this old, as one types it. @param {number} years */
function born(years) {
  return `01-01-${new Date().getFullYear() - years}`;
}

test("gives a child card to who is too young, and keeps what was typed", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page);
  const birthDate = born(10);
  const yy = birthDate.slice(-2);
  const nik = `6202164101${yy}0001`;
  await fillAll(page, page, {
    NIK: nik,
    "Nama lengkap": "ANAK CONTOH REKAMAN",
    "Tempat lahir": "KOTAWARINGIN TIMUR",
    "Tanggal lahir": birthDate,
    "Jenis kelamin": "PEREMPUAN",
    "Status perkawinan": "BELUM KAWIN",
  });
  const background = page.getByText(/Latar belakang/);
  await expect(background).toContainText(Number(yy) % 2 ? "merah (tahun lahir ganjil)" : "biru (tahun lahir genap)");
  await page.getByRole("button", { name: "Buatkan KIA" }).click();
  await expect(page.getByRole("heading", { name: "Kartu Identitas Anak (KIA)", level: 1 })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Nama lengkap" })).toHaveValue("ANAK CONTOH REKAMAN");
  const sections = page.getByRole("navigation", { name: "Bagian rekaman" });
  await expect(sections).not.toContainText("Sidik jari");
  await expect(sections).toContainText("Foto");
  await page.getByRole("textbox", { name: "Tanggal lahir" }).fill(born(3));
  await expect(sections, "under five years no photo is asked for").not.toContainText("Foto");
  await page.getByRole("textbox", { name: "Tanggal lahir" }).fill(birthDate);
  await fillAll(page, page, {
    "Golongan darah": "TIDAK TAHU",
    "Agama/Kepercayaan": "HINDU",
    Kewarganegaraan: "WNI",
    "Nomor akta kelahiran": "6202-LU-0001",
    "Nomor KK": "6202162401200001",
    "Nama kepala keluarga": APPLICANT.name,
    Alamat: APPLICANT.address,
    RT: "3",
    RW: "1",
    "Desa/Kelurahan": "Tumbang Mujam",
  });
  await clerk.tick(page, "Akta kelahiran", "Kartu keluarga (KK)", "KTP-el orang tua");
  await clerk.takePhoto(page);
  await show(page, "kia");
  await clerk.seal(page);
  await expect(page.getByText("Kartu Identitas Anak (KIA)")).toHaveCount(2);
  expect(await opened(page)).toMatchObject({
    service: "kia",
    nik,
    name: "ANAK CONTOH REKAMAN",
    kk_number: "6202162401200001",
    photo_approved: true,
    attachments: ["birth_certificate", "family_card", "parent_ktp"],
  });
});

test("leads back to the KTP-el who is too old for a child card", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page, "Kartu Identitas Anak (KIA)");
  await fillAll(page, page, { "Nama lengkap": APPLICANT.name, "Tanggal lahir": "24-11-2005" });
  await page.getByRole("textbox", { name: "Tanggal lahir" }).blur();
  await page.getByRole("button", { name: "Rekam KTP-el saja" }).click();
  await expect(page.getByRole("heading", { name: "Rekam baru KTP-el", level: 1 })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Nama lengkap" })).toHaveValue(APPLICANT.name);
});

test("records a lost card with its papers, of a village younger than the list", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page, "KTP-el hilang atau rusak");
  await clerk.typeFields(page);
  await expect(page.getByRole("checkbox", { name: "KTP-el lama" })).toHaveCount(0);
  const village = page.getByRole("combobox", { name: "Desa/Kelurahan" });
  await village.fill("62.02.16.2099");
  await village.blur();
  await expect(village).toHaveValue("62.02.16.2099");
  await page.getByRole("button", { name: "Tetap pakai…" }).click();
  await page.getByLabel("Alasan tetap dipakai (wajib)").fill("Desa pemekaran 2026");
  await page.getByRole("button", { name: "Pakai alasan ini" }).click();
  await page.getByRole("button", { name: "Tarik kembali" }).click();
  await expect(village, "without a reason it is an error again").toHaveAttribute("aria-invalid", "true");
  await page.getByRole("button", { name: "Tetap pakai…" }).click();
  await page.getByLabel("Alasan tetap dipakai (wajib)").fill("Desa pemekaran 2026");
  await page.getByLabel("Alasan tetap dipakai (wajib)").press("Enter");
  await expect(village).toHaveAttribute("aria-invalid", "false");
  await fillAll(page, page, { "Hilang atau rusak": "RUSAK" });
  await expect(page.getByRole("checkbox", { name: "KTP-el lama" })).toBeVisible();
  await fillAll(page, page, {
    "Hilang atau rusak": "HILANG",
    "Nomor surat kehilangan dari kepolisian": "SKTLK/7/2026",
  });
  await clerk.tick(page, "Kartu keluarga (KK)", "Surat kehilangan dari kepolisian");
  await clerk.takePhoto(page);
  await clerk.sign(page);
  await clerk.attachScans(page, makeScans());
  await clerk.seal(page);
  expect(await opened(page)).toMatchObject({
    service: "ktp_lost_damaged",
    nik: APPLICANT.nik,
    village: "62.02.16.2099",
    findings: [{ code: "village_unknown", field: "village", reason: "Desa pemekaran 2026" }],
    loss: 1,
    police_report_number: "SKTLK/7/2026",
    attachments: ["family_card", "police_report"],
  });
  await page.getByRole("button", { name: "KTP-el hilang atau rusak" }).click();
  await expect(page.getByRole("heading", { name: "KTP-el hilang atau rusak", level: 1 })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "NIK" })).toHaveValue("");
});
