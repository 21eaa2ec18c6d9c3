// @ts-check
// What a clerk does, in the words on the screen.
import { expect } from "@playwright/test";
import { APPLICANT } from "./applicant.mjs";

/** @typedef {import("@playwright/test").Page} Page */

/** Whoever pairs the tablet. */
export const SUPERVISOR = { name: "Ibu Penyelia", pin: "620216" };

/** Pairs the tablet by the link and waits until it needs no network. @param {Page} page @param {string} link */
export async function pair(page, link) {
  await page.goto(link);
  await page.getByLabel("Nama petugas").fill(SUPERVISOR.name);
  await typeNewPin(page, "PIN", SUPERVISOR.pin);
  await page.getByRole("button", { name: "Pasangkan" }).click();
  await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" })).toBeVisible();
  expect(page.url(), "the link is a secret: it leaves the address").not.toContain("pair");
  await expect(page.getByText("Siap dipakai tanpa jaringan")).toBeVisible();
}

/** Types a PIN that is new, twice. @param {Page} page @param {string} label @param {string} pin */
export async function typeNewPin(page, label, pin) {
  await page.getByLabel(label, { exact: true }).fill(pin);
  await page.getByLabel("Ulangi PIN").fill(pin);
}

/** Opens the lock screen. @param {Page} page @param {{ name: string, pin: string }} operator */
export async function unlock(page, operator = SUPERVISOR) {
  await tryPin(page, operator);
  await expect(page.getByRole("heading", { name: "Tablet terkunci" })).toHaveCount(0);
}

/** Chooses an operator on the lock screen and tries a PIN. @param {Page} page @param {{ name: string, pin: string }} operator */
export async function tryPin(page, { name, pin }) {
  await page.getByRole("radio", { name }).check();
  await page.getByLabel("PIN", { exact: true }).fill(pin);
  await page.getByRole("button", { name: "Buka kunci" }).click();
}

/** Locks by the button in the header. @param {Page} page */
export async function lock(page) {
  await page.getByRole("button", { name: "Kunci tablet" }).click();
  await expect(page.getByRole("heading", { name: "Tablet terkunci" })).toBeVisible();
}

/** Begins a recording from the first screen. @param {Page} page */
export async function begin(page, service = "Rekam baru KTP-el") {
  await page.getByRole("button", { name: "Rekam baru", exact: true }).click();
  await page.getByRole("button", { name: service, exact: true }).click();
  await expect(page.getByRole("heading", { name: service, level: 1 })).toBeVisible();
}

/** Types the card's fields. @param {Page} page */
export async function typeFields(page, { nik = APPLICANT.nik } = {}) {
  const box = (/** @type {string} */ name) => page.getByRole("textbox", { name, exact: true });
  await box("NIK").fill(nik);
  await box("Nama lengkap").fill(APPLICANT.name);
  await page.getByRole("combobox", { name: "Tempat lahir" }).fill(APPLICANT.birthPlace);
  await box("Tanggal lahir").pressSequentially(APPLICANT.birthDate);
  await expect(box("Tanggal lahir")).toHaveValue("24-11-2005");
  await page.getByRole("radio", { name: "LAKI-LAKI" }).check();
  await page.getByRole("combobox", { name: "Golongan darah" }).selectOption("TIDAK TAHU");
  await page.getByRole("combobox", { name: "Agama/Kepercayaan" }).selectOption("HINDU");
  await page.getByRole("radio", { name: "BELUM KAWIN" }).check();
  await page.getByRole("radio", { name: "WNI" }).check();
  await page.getByRole("combobox", { name: "Jenis pekerjaan" }).fill("petani");
  await page
    .getByRole("option", { name: /PETANI/ })
    .first()
    .click();
  await box("Alamat").fill(APPLICANT.address);
  await box("RT").fill("3");
  await box("RW").fill("1");
  await page.getByRole("combobox", { name: "Desa/Kelurahan" }).click();
  await page.getByRole("option", { name: /^Tumbang Mujam/ }).click();
}

/** Takes the photo with the camera and has it approved. @param {Page} page */
export async function takePhoto(page) {
  await page.getByRole("button", { name: "Buka kamera" }).click();
  await page.getByRole("button", { name: "Ambil foto" }).click();
  await expect(page.getByRole("img", { name: "Foto pemohon" })).toBeVisible();
  await page.getByRole("checkbox", { name: "Pemohon menyetujui foto" }).check();
}

/** Draws a signature. @param {Page} page */
export async function sign(page) {
  const pad = page.getByRole("img", { name: "Bidang tanda tangan" });
  await pad.scrollIntoViewIfNeeded();
  const area = await pad.boundingBox();
  if (!area) throw new Error("the pad is on the screen");
  await page.mouse.move(area.x + 40, area.y + area.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) {
    await page.mouse.move(area.x + 40 + step * 20, area.y + area.height / 2 + Math.sin(step) * 30);
  }
  await page.mouse.up();
  await expect(page.getByText("Tanda tangan terekam")).toBeVisible();
}

/** Hands in the scanner's files. @param {Page} page @param {ReturnType<typeof import("./applicant.mjs").makeScans>} scans */
export async function attachScans(page, scans) {
  await page.getByLabel("Pilih berkas sidik jari").setInputFiles(scans.fingers);
  await expect(page.getByText("10 berkas tersimpan")).toBeVisible();
  await page.getByLabel("Pilih berkas iris").setInputFiles(scans.irises);
  await expect(page.getByText("2 berkas tersimpan")).toBeVisible();
}

/** Ticks off papers that the applicant shows. @param {Page} page @param {...string} names */
export async function tick(page, ...names) {
  for (const name of names) await page.getByRole("checkbox", { name, exact: true }).check();
}

/** Everything of one applicant. @param {Page} page @param {ReturnType<typeof import("./applicant.mjs").makeScans>} scans */
export async function record(page, scans) {
  await begin(page);
  await typeFields(page);
  await tick(page, "Kartu keluarga (KK)");
  await takePhoto(page);
  await sign(page);
  await attachScans(page, scans);
}

/** Reviews and seals; on return the screen says that it is durable. @param {Page} page */
export async function seal(page) {
  await page.getByRole("button", { name: "Tinjau" }).click();
  await expect(page.getByRole("heading", { name: "Tinjau" })).toBeVisible();
  await page.getByRole("button", { name: "Simpan" }).click();
  await expect(page.getByRole("heading", { name: "Tersimpan" })).toBeVisible();
}
