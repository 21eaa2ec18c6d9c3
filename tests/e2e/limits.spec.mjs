// @ts-check
// What the app says when room or power run out, and when a new version of it is there.
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import * as clerk from "./support/clerk.mjs";
import { APP, Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
import { Tablet } from "./support/tablet.mjs";

/** @type {Registry} */ let registry;
/** @type {Tablet} */ let tablet;
/** @type {string} */ let app;

test.beforeEach(async () => {
  app = mkdtempSync(join(tmpdir(), "rekam-app-"));
  cpSync(APP, app, { recursive: true });
  registry = await Registry.start(undefined, app);
  tablet = await Tablet.start();
});

test.afterEach(async () => {
  await tablet.close();
  await tablet.remove();
  await registry.remove();
  rmSync(app, { recursive: true, force: true });
});

test("warns when little room is left, and begins no new recording when there is next to none", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await expect(page.getByText(/Belum aman dari listrik mati/), "the journal was made just now").toBeVisible();
  await clerk.begin(page);
  await page.getByRole("textbox", { name: "Nama lengkap" }).fill("DRAF LAMA");
  await expect(page.getByText(/Draf tersimpan/)).toBeVisible();
  const devtools = await tablet.context.newCDPSession(page);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  const leave = (/** @type {number} */ bytes) =>
    devtools.send("Storage.overrideQuotaForOrigin", { origin: registry.endpoint, quotaSize: (usage ?? 0) + bytes });

  await leave(150_000_000);
  await page.getByRole("link", { name: "Beranda" }).click();
  await expect(page.getByText(/Ruang tablet tinggal/)).toBeVisible();
  await leave(15_000_000);
  await page.getByRole("button", { name: "Rekam baru", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "rekaman baru tidak dapat dimulai" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Rekam baru KTP-el", exact: true })).toBeDisabled();
  await show(page, "full");
  await page.goBack();
  await page.getByRole("link", { name: "Lanjutkan draf DRAF LAMA" }).click();
  await page.getByRole("textbox", { name: "Nama lengkap" }).fill("DRAF BARU");
  await expect(page.getByText(/Draf tersimpan/), "a draft goes on").toBeVisible();
});

test("warns of an empty battery, firmly in the end, and not while it is charged", async () => {
  const page = await tablet.page();
  await page.addInitScript(() => {
    const battery = Object.assign(new EventTarget(), { charging: false, level: 0.5 });
    Object.assign(navigator, { getBattery: () => Promise.resolve(battery) });
    Object.assign(globalThis, { battery });
  });
  /** @param {{ level?: number, charging?: boolean }} state */
  const set = (state) =>
    page.evaluate((now) => {
      const { battery } = /** @type {typeof globalThis & { battery: EventTarget }} */ (globalThis);
      Object.assign(battery, now);
      battery.dispatchEvent(new Event("levelchange"));
    }, state);
  await clerk.pair(page, registry.pairingLink);
  await expect(page.getByText(/Baterai/)).toHaveCount(0);
  await set({ level: 0.2 });
  await expect(page.getByRole("status").filter({ hasText: /^Baterai 20 %$/ })).toBeVisible();
  await set({ level: 0.1 });
  await expect(page.getByRole("alert").filter({ hasText: "Baterai 10 %: simpan sekarang" })).toBeVisible();
  await show(page, "battery-phone");
  await set({ charging: true });
  await expect(page.getByText(/Baterai/)).toHaveCount(0);
});

test("keeps the version that is open until the app is closed", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.begin(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => Object.assign(globalThis, { active })));
  appendFileSync(join(app, "sw.js"), "\n// A newer version.\n");
  const waits = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const { active } = /** @type {typeof globalThis & { active: ServiceWorker }} */ (globalThis);
      return registration.waiting?.state === "installed" && registration.active === active;
    });
  await expect.poll(waits).toBe(true);
  await page.getByRole("link", { name: "Beranda" }).click();
  await expect(page.getByText("Versi baru siap.")).toBeVisible();
  await page.waitForTimeout(1_000);
  expect(await waits(), "it still waits").toBe(true);
});
