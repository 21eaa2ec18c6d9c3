// @ts-check
// Who may use the tablet, and what is on it while nobody does.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { APPLICANT, makeScans } from "./support/applicant.mjs";
import * as clerk from "./support/clerk.mjs";
import { Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
import { Tablet } from "./support/tablet.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const SECOND = { name: "Petugas Kedua", pin: "135790" };
const WRONG = "908172";

/** @type {Registry} */ let registry;
/** @type {Tablet} */ let tablet;

test.beforeEach(async () => {
  registry = await Registry.start();
  tablet = await Tablet.start();
});

test.afterEach(async () => {
  await tablet.close();
  await tablet.remove();
  await registry.remove();
});

/** @param {Page} page */
const box = (page, /** @type {string} */ name) => page.getByRole("textbox", { name, exact: true });

/** Adds the second operator as the supervisor does. @param {Page} page */
async function addSecond(page) {
  await page.getByRole("link", { name: "Petugas" }).click();
  await page.getByRole("button", { name: "Tambah petugas" }).click();
  await page.getByLabel("Nama petugas").fill(SECOND.name);
  await clerk.typeNewPin(page, "PIN", SECOND.pin);
  await page.getByRole("button", { name: "Simpan" }).click();
  await expect(page.getByText(`${SECOND.name} ditambahkan.`)).toBeVisible();
}

/** Nothing of the applicant is on the page, shown or not. @param {Page} page */
async function expectNothingPersonal(page) {
  const document = await page.evaluate(() => {
    const values = [...globalThis.document.querySelectorAll("input")].map(({ value }) => value);
    return [globalThis.document.title, globalThis.document.documentElement.outerHTML, ...values].join(" ");
  });
  for (const word of [APPLICANT.nik, APPLICANT.name, APPLICANT.address]) expect(document).not.toContain(word);
  expect(page.url()).not.toContain(APPLICANT.nik);
}

test("asks for a first operator whose PIN is no easy one, and says what is wrong beside the field", async () => {
  const page = await tablet.page();
  await page.goto(registry.pairingLink);
  const pair = page.getByRole("button", { name: "Pasangkan" });
  const pin = page.getByLabel("PIN", { exact: true });
  await expect(pair).toBeVisible();
  await show(page, "pairing");
  await show(page, "pairing-phone");
  await pair.click();
  await expect(page.getByLabel("Nama petugas")).toBeFocused();
  await expect(page.getByLabel("Nama petugas")).toHaveAccessibleDescription(/Tulis nama petugas/);
  await page.getByLabel("Nama petugas").fill(clerk.SUPERVISOR.name);
  await clerk.typeNewPin(page, "PIN", "123456");
  await pair.click();
  await expect(pin).toBeFocused();
  await expect(pin).toHaveAccessibleDescription(/PIN terlalu mudah ditebak/);
  await pin.fill(clerk.SUPERVISOR.pin);
  await pair.click();
  await expect(page.getByLabel("Ulangi PIN")).toHaveAccessibleDescription("Kedua PIN tidak sama.");
  await expect(pin).toHaveAttribute("type", "password");
  await expect(pin).toHaveAttribute("inputmode", "numeric");
  await page.getByLabel("Ulangi PIN").fill(clerk.SUPERVISOR.pin);
  await pair.click();
  await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" })).toBeVisible();
  await expect(page.getByText(/cukup untuk .+ rekaman lagi/)).toBeVisible();
  await expect(page.getByText(/Peramban (tidak akan menghapus|belum menjamin)/)).toBeVisible();
});

test("locks out after five wrong PINs for a minute that a reload does not shorten", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.lock(page);
  await expect(page.getByLabel("PIN", { exact: true })).toBeFocused();
  await show(page, "lock");
  await show(page, "lock-phone");
  for (let tries = 1; tries <= 4; tries += 1) {
    await clerk.tryPin(page, { ...clerk.SUPERVISOR, pin: WRONG });
    await expect(page.getByLabel("PIN", { exact: true })).toHaveAccessibleDescription("PIN salah. Coba lagi.");
    await expect(page.getByLabel("PIN", { exact: true })).toHaveValue("");
  }
  await clerk.tryPin(page, { ...clerk.SUPERVISOR, pin: WRONG });
  await expect(page.getByRole("timer")).toContainText(/Sisa waktu tunggu (1:00|0:5\d)/);
  await expect(page.getByLabel("PIN", { exact: true })).toHaveAccessibleDescription(/Terlalu banyak PIN salah/);
  await show(page, "lock-out");
  await expect(page.getByRole("button", { name: "Buka kunci" })).toBeDisabled();
  await page.reload();
  await expect(page.getByRole("timer")).toContainText(/Sisa waktu tunggu (1:00|0:[45]\d)/);
  await expect(page.getByLabel("PIN", { exact: true })).toBeDisabled();
  await expect(page.getByRole("timer"), "it passes while the app is open").toHaveCount(0, { timeout: 65_000 });
  await clerk.unlock(page);
  await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" })).toBeVisible();
});

test("says in the packet who recorded it, and lets no operator manage others", async () => {
  const work = mkdtempSync(join(tmpdir(), "rekam-opened-"));
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await addSecond(page);
  await show(page, "operators");
  await show(page, "operators-phone");
  await clerk.lock(page);
  await clerk.unlock(page, SECOND);
  const second = page.getByRole("listitem", { name: SECOND.name });
  await expect(second.getByRole("button", { name: "Ganti PIN" })).toBeVisible();
  await expect(page.getByRole("listitem").getByRole("button")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Tambah petugas" })).toHaveCount(0);
  await page.getByRole("link", { name: "Beranda" }).click();
  await clerk.record(page, makeScans());
  await clerk.seal(page);
  const pid = page.url().split("/").at(-1) ?? "";
  await clerk.lock(page);
  await expect.poll(() => registry.packets(), { timeout: 60_000 }).toHaveLength(1);
  await registry.command("open", pid, "--out", work);
  /** @type {unknown} */
  const json = JSON.parse(readFileSync(join(work, pid, "packet.json"), "utf8"));
  const packet = /** @type {{ operator: { id: string, name: string }, entries: { by: string }[] }} */ (json);
  expect(packet.operator.name).toBe(SECOND.name);
  for (const { by } of packet.entries) expect(by).toBe(packet.operator.id);
  await test.step("and the next one hears that this person was recorded, though the packet is gone", async () => {
    await clerk.unlock(page);
    await page.getByRole("link", { name: "Beranda" }).click();
    await clerk.begin(page);
    const hint = page.getByText(/^Orang ini sudah direkam di tablet ini pada .*, nomor 1 —/);
    await box(page, "NIK").fill(APPLICANT.nik);
    await expect(hint).toBeVisible();
    await box(page, "NIK").fill(APPLICANT.nik.replace(/1$/, "2"));
    await expect(hint).toHaveCount(0);
  });
  rmSync(work, { recursive: true, force: true });
});

test("changes, resets and recovers PINs, and removes operators", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await addSecond(page);

  await test.step("one's own PIN is changed with the present one", async () => {
    await page.getByRole("button", { name: "Ganti PIN" }).click();
    await page.getByLabel("PIN sekarang").fill(WRONG);
    await clerk.typeNewPin(page, "PIN baru", "246813");
    await page.getByRole("button", { name: "Simpan" }).click();
    await expect(page.getByLabel("PIN sekarang")).toHaveAccessibleDescription("PIN salah. Coba lagi.");
    await page.getByLabel("PIN sekarang").fill(clerk.SUPERVISOR.pin);
    await page.getByRole("button", { name: "Simpan" }).click();
    await expect(page.getByText(`PIN baru untuk ${clerk.SUPERVISOR.name} berlaku.`)).toBeVisible();
  });
  await test.step("who forgot theirs gets a new one from the supervisor at the lock screen", async () => {
    await clerk.lock(page);
    await page.getByRole("radio", { name: SECOND.name }).check();
    await page.getByRole("button", { name: "Lupa PIN?" }).click();
    await show(page, "forgotten");
    await show(page, "forgotten-phone");
    await page.getByLabel("PIN penyelia").fill("246813");
    await clerk.typeNewPin(page, "PIN baru", "975310");
    await page.getByRole("button", { name: "Pakai PIN baru" }).click();
    await expect(page.getByRole("listitem", { name: SECOND.name })).toContainText("Anda");
  });
  await test.step("the supervisor, with the registry's recovery code as it is read out", async () => {
    await clerk.lock(page);
    await page.getByRole("radio", { name: clerk.SUPERVISOR.name }).check();
    await page.getByRole("button", { name: "Lupa PIN?" }).click();
    const code = await registry.recoveryCode();
    const field = page.getByLabel("Kode pemulihan");
    await field.fill(code.slice(0, -1));
    await clerk.typeNewPin(page, "PIN baru", "864209");
    await page.getByRole("button", { name: "Pakai PIN baru" }).click();
    await expect(field).toHaveAccessibleDescription(/Kode pemulihan salah salin/);
    await field.fill("");
    await field.pressSequentially(code.replaceAll("-", "").toLowerCase());
    await expect(field).toHaveValue(code);
    await page.getByRole("button", { name: "Pakai PIN baru" }).click();
    await expect(page.getByRole("listitem", { name: clerk.SUPERVISOR.name })).toContainText("Anda");
  });
  await test.step("roles change, but not that of the last supervisor", async () => {
    const save = page.getByRole("button", { name: "Simpan" });
    await page.getByRole("button", { name: `Ubah peran ${clerk.SUPERVISOR.name}` }).click();
    await page.getByRole("radio", { name: /^Petugas/ }).check();
    await save.click();
    await expect(page.getByRole("alert").filter({ hasText: "Harus tetap ada satu penyelia" })).toBeVisible();
    await page.getByRole("button", { name: "Batal" }).click();
    for (const role of ["Penyelia", "Petugas"]) {
      await page.getByRole("button", { name: `Ubah peran ${SECOND.name}` }).click();
      await page.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
      await save.click();
      await expect(page.getByText(`Peran ${SECOND.name} diubah.`)).toBeVisible();
      await expect(page.getByRole("listitem", { name: SECOND.name }).getByText(role, { exact: true })).toBeVisible();
    }
  });
  await test.step("the last supervisor stays, another operator goes", async () => {
    await page.getByRole("button", { name: `Hapus ${clerk.SUPERVISOR.name}` }).click();
    await page.getByRole("button", { name: "Hapus", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "Harus tetap ada satu penyelia" })).toBeVisible();
    await page.getByRole("button", { name: "Batal" }).click();
    await page.getByRole("button", { name: `Hapus ${SECOND.name}` }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hapus", exact: true }).click();
    await expect(page.getByText(`${SECOND.name} dihapus.`)).toBeVisible();
    await expect(page.getByRole("listitem", { name: SECOND.name })).toHaveCount(0);
  });
  await test.step("and all of it holds after a start", async () => {
    await page.reload();
    await expect(page.getByRole("radio")).toHaveCount(1);
    await expect(page.getByRole("radio", { name: clerk.SUPERVISOR.name })).toBeChecked();
    await clerk.unlock(page, { ...clerk.SUPERVISOR, pin: "864209" });
    await expect(page.getByRole("heading", { name: "Petugas" })).toBeVisible();
  });
});

test("locks an idle tablet with a draft open, shows nothing of it and loses nothing", async () => {
  const page = await tablet.page();
  await page.clock.install();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page);
  await clerk.typeFields(page);
  const open = page.url();

  await test.step("after 15 minutes, not after 14", async () => {
    await page.clock.runFor("14:00");
    await expect(box(page, "NIK")).toHaveValue(APPLICANT.nik);
    await page.clock.runFor("01:10");
    await expect(page.getByRole("heading", { name: "Tablet terkunci" })).toBeVisible();
    await expectNothingPersonal(page);
    await clerk.unlock(page);
    expect(page.url()).toBe(open);
    await expect(box(page, "NIK")).toHaveValue(APPLICANT.nik);
    await expect(box(page, "Nama lengkap")).toHaveValue(APPLICANT.name);
  });
  await test.step("on demand, with the last letters hardly typed", async () => {
    await box(page, "Alamat").fill("JALAN BARU");
    await clerk.lock(page);
    await expectNothingPersonal(page);
    await clerk.unlock(page);
    await expect(box(page, "Alamat")).toHaveValue("JALAN BARU");
    await expect(page.getByRole("heading", { name: "Alamat" })).toBeFocused();
  });
});

/** In the page: saving drafts fails while `failSaves` is set, as on a disk that is full. */
function failSaves() {
  const post = Worker.prototype.postMessage;
  /** @param {{ method?: string, args?: unknown[] }} call */
  Worker.prototype.postMessage = function (call) {
    const fails = Reflect.get(globalThis, "failSaves") === true && call.method === "saveDraft";
    post.call(this, fails ? { ...call, args: [null] } : call);
  };
}

test("does not lock an idle tablet while the draft cannot be saved, and asks on demand", async () => {
  const page = await tablet.page();
  await page.clock.install();
  await page.addInitScript(failSaves);
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page);
  await box(page, "Nama lengkap").fill("SUDAH TERSIMPAN");
  await expect(page.getByText(/Draf tersimpan/)).toBeVisible();
  await page.evaluate(() => Object.assign(globalThis, { failSaves: true }));
  await box(page, "Nama lengkap").fill("BELUM TERSIMPAN");
  await expect(page.getByText(/Draf belum tersimpan/)).toBeVisible();
  await page.clock.runFor("15:10");
  await expect(page.getByText(/Tablet belum dikunci karena isian terakhir belum tersimpan/)).toBeVisible();
  await expect(box(page, "Nama lengkap")).toHaveValue("BELUM TERSIMPAN");
  await page.getByRole("button", { name: "Kunci tablet" }).click();
  await expect(page.getByRole("heading", { name: "Isian terakhir belum tersimpan" })).toBeVisible();
  await page.getByRole("button", { name: "Batal" }).click();
  await page.evaluate(() => Object.assign(globalThis, { failSaves: false }));
  await clerk.lock(page);
  await clerk.unlock(page);
  await expect(box(page, "Nama lengkap")).toHaveValue("BELUM TERSIMPAN");
});

test("asks after a new start what is to become of the draft that was open", async () => {
  let page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page);
  await box(page, "Nama lengkap").fill(APPLICANT.name);
  await box(page, "RT").fill("3");
  await expect(page.getByText(/Draf tersimpan/)).toBeVisible();
  const open = page.url();

  /** The tablet is switched off and on again. */
  const restart = async () => {
    await tablet.close();
    tablet = await Tablet.start(tablet.profile);
    page = await tablet.page();
    await page.goto(registry.endpoint);
    await clerk.unlock(page);
  };
  await restart();
  await expect(page.getByRole("heading", { name: "Lanjutkan atau buang?" })).toBeFocused();
  await expect(page.getByRole("main")).toContainText(APPLICANT.name);
  await show(page, "interrupted");
  await show(page, "interrupted-phone");
  await page.getByRole("button", { name: "Lanjutkan" }).click();
  await expect(box(page, "Nama lengkap")).toHaveValue(APPLICANT.name);
  expect(page.url()).toBe(open);
  await expect(page.getByRole("heading", { name: "Alamat" }), "where the clerk was").toBeFocused();

  await restart();
  await page.getByRole("button", { name: "Buang" }).click();
  await page.getByRole("button", { name: "Hapus", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" })).toBeVisible();
  await expect(page.getByText("Tidak ada draf.")).toBeVisible();
  await restart();
  await expect(page.getByRole("heading", { name: "Kecamatan Tualan Hulu" }), "nothing was open").toBeVisible();
});
