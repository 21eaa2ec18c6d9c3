// @ts-check
// However it is interrupted, a packet arrives exactly once.
import { stat } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { makeScans } from "./support/applicant.mjs";
import * as clerk from "./support/clerk.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Registry } from "./support/registry.mjs";
import { Tablet } from "./support/tablet.mjs";

/** @type {Proxy} */ let proxy;
/** @type {Registry} */ let registry;
/** @type {Tablet} */ let tablet;

test.beforeEach(async () => {
  proxy = await Proxy.start();
  registry = await Registry.start(proxy);
  tablet = await Tablet.start();
});

test.afterEach(async () => {
  await tablet.close();
  await tablet.remove();
  await registry.remove();
  await proxy.stop();
});

/** A paired tablet without a network, one packet sealed on it, its outbox on the screen. */
async function sealOffline() {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await tablet.setOffline(true);
  await clerk.record(page, makeScans());
  await clerk.seal(page);
  await page.getByRole("link", { name: "Antrean kirim" }).first().click();
  return page;
}

/** @param {import("@playwright/test").Page} page */
async function expectPurged(page) {
  await expect(page.getByRole("listitem").filter({ hasText: "Rekaman nomor 1" })).toContainText(
    "sudah dihapus dari tablet",
    { timeout: 90_000 },
  );
  expect(await registry.packets()).toHaveLength(1);
}

/** Whether a request carries ciphertext; the first bytes go with the announcement. @param {import("./support/proxy.mjs").Seen} seen */
const carries = ({ method, path, body }) =>
  body.length > 0 && (method === "PATCH" || (method === "POST" && path === "/packets"));

/** Bytes of ciphertext that were sent. */
const sentBytes = () => proxy.seen.filter(carries).reduce((sum, { body }) => sum + body.length, 0);

test("sends once when the answer to the last byte is lost", async () => {
  const page = await sealOffline();
  let lost = 0;
  proxy.fault = (seen, complete) => {
    if (!carries(seen) || !complete || lost > 0) return undefined;
    lost += 1;
    return "lose";
  };
  await tablet.setOffline(false);
  await expectPurged(page);
  expect(lost).toBe(1);
});

test("sends once when the worker is killed between sending and the answer", async () => {
  const page = await sealOffline();
  /** @type {() => void} */
  let release = () => undefined;
  const held = new Promise((resolve) => {
    proxy.fault = (seen) => {
      if (!carries(seen)) return undefined;
      proxy.fault = undefined;
      resolve(undefined);
      return new Promise((resume) => (release = () => resume(undefined)));
    };
  });
  await tablet.setOffline(false);
  await held;
  const devtools = await tablet.context.newCDPSession(page);
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.stopAllWorkers");
  release();
  await expectPurged(page);
});

/** Opens the app in a second tab, which takes it from the first. @param {string} url */
async function takeOver(url) {
  const second = await tablet.page();
  await second.goto(url);
  await expect(second.getByRole("heading", { name: "Rekam terbuka di tab lain" })).toBeVisible();
  await second.getByRole("button", { name: "Pakai di sini" }).click();
  await clerk.unlock(second);
  return second;
}

test("sends once when a second tab takes over as the network comes back", async () => {
  const first = await sealOffline();
  await tablet.setOffline(false);
  const second = await takeOver(`${proxy.endpoint}/#/antrean`);
  // A clerk presses besides; the button is gone where the tab itself was quicker.
  const press = (/** @type {import("@playwright/test").Page} */ page) =>
    page
      .getByRole("button", { name: "Kirim sekarang" })
      .click({ timeout: 2_000 })
      .catch(() => undefined);
  await Promise.all([press(first), press(second)]);
  await expectPurged(second);
  await expect(first.getByRole("heading", { name: "Rekam terbuka di tab lain" })).toBeVisible();
  const [name] = await registry.packets();
  const { size } = await stat(registry.ciphertext(String(name).replace(".age", "")));
  expect(sentBytes(), "no byte was sent twice").toBe(size);
});

test("seals one packet when two tabs press save for the same draft", async () => {
  const first = await tablet.page();
  await clerk.pair(first, registry.pairingLink);
  await tablet.setOffline(true);
  await clerk.record(first, makeScans());
  await first.getByRole("button", { name: "Tinjau" }).click();
  await expect(first.getByRole("heading", { name: "Tinjau" })).toBeVisible();
  const save = (/** @type {import("@playwright/test").Page} */ page) => page.getByRole("button", { name: "Simpan" });
  await expect(save(first)).toBeEnabled();
  const second = await takeOver(first.url());
  await expect(save(second)).toBeEnabled();
  // The first tab has not noticed, or is showing already that it is not the one.
  const press = save(first)
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await Promise.all([press, save(second).click()]);
  await expect(second.getByRole("heading", { name: "Tersimpan" })).toBeVisible();
  await expect(first.getByRole("heading", { name: "Rekam terbuka di tab lain" })).toBeVisible();
  await first.getByRole("button", { name: "Pakai di sini" }).click();
  await clerk.unlock(first);
  await first.getByRole("link", { name: "Antrean kirim" }).first().click();
  await expect(first.getByRole("listitem").filter({ hasText: /Rekaman nomor/ })).toHaveCount(1);
});

test("has everything again after the browser has lost its database", async () => {
  const page = await sealOffline();
  await page.close();
  await tablet.close();
  await tablet.forgetDatabases();
  tablet = await Tablet.start(tablet.profile);
  await tablet.setOffline(true);
  const again = await tablet.page();
  await again.goto(`${proxy.endpoint}/#/antrean`);
  await clerk.unlock(again);
  await expect(again.getByRole("listitem").filter({ hasText: "Rekaman nomor 1" })).toContainText("Menunggu jaringan");
  await tablet.setOffline(false);
  await expectPurged(again);
});

test("goes on sending when the page is closed in the middle", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.record(page, makeScans());
  /** @type {() => void} */
  let release = () => undefined;
  const held = new Promise((resolve) => {
    proxy.fault = (seen, complete) => {
      if (!carries(seen) || complete) return undefined;
      proxy.fault = undefined;
      resolve(undefined);
      return new Promise((resume) => (release = () => resume(undefined)));
    };
  });
  await clerk.seal(page);
  await held;
  await closeApp(page);
  expect(await registry.packets()).toHaveLength(0);
  release();
  await expect.poll(() => registry.packets(), { timeout: 60_000 }).toHaveLength(1);
});

test("sends from a Background Sync with the page closed", async () => {
  const page = await sealOffline();
  const blank = await closeApp(page);
  expect(await registry.packets()).toHaveLength(0);
  await tablet.setOffline(false);
  // The emulated cut is unknown to the browser's own scheduler, so the event that it would send is sent by hand.
  const devtools = await tablet.context.newCDPSession(blank);
  /** @type {Promise<string>} */
  const registration = new Promise((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(proxy.endpoint));
      if (ours) resolve(ours.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.dispatchSyncEvent", {
    origin: proxy.endpoint,
    registrationId: await registration,
    tag: "rekam-upload:rekam",
    lastChance: false,
  });
  await expect.poll(() => registry.packets(), { timeout: 60_000 }).toHaveLength(1);
});

/** Closes the app; a browser without any page would end, so another one stays. @param {import("@playwright/test").Page} page */
async function closeApp(page) {
  const blank = await tablet.context.newPage();
  await page.close();
  return blank;
}
