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

/** Bytes of ciphertext that were sent. */
const sentBytes = () =>
  proxy.seen.filter(({ method }) => method === "PATCH").reduce((sum, { body }) => sum + body.length, 0);

test("sends once when the answer to the last byte is lost", async () => {
  const page = await sealOffline();
  let lost = 0;
  proxy.fault = ({ method }) => {
    if (method !== "PATCH" || lost > 0) return undefined;
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
    proxy.fault = ({ method }) => {
      if (method !== "PATCH") return undefined;
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

test("sends once with two tabs that both notice the network", async () => {
  const first = await sealOffline();
  const second = await tablet.page();
  await second.goto(`${proxy.endpoint}/#/antrean`);
  await clerk.unlock(second);
  await tablet.setOffline(false);
  // A clerk presses besides; the button is gone where the tab itself was quicker.
  const press = (/** @type {import("@playwright/test").Page} */ page) =>
    page
      .getByRole("button", { name: "Kirim sekarang" })
      .click({ timeout: 2_000 })
      .catch(() => undefined);
  await Promise.all([press(first), press(second)]);
  await expectPurged(first);
  await expectPurged(second);
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
  const second = await tablet.page();
  await second.goto(first.url());
  await clerk.unlock(second);
  const save = (/** @type {import("@playwright/test").Page} */ page) => page.getByRole("button", { name: "Simpan" });
  await expect(save(second)).toBeEnabled();
  await Promise.all([save(first).click(), save(second).click()]);
  const sealed = (/** @type {import("@playwright/test").Page} */ page) =>
    page.getByRole("heading", { name: "Tersimpan" }).or(page.getByText("Draf ini sudah disimpan atau dihapus"));
  await expect(sealed(first)).toBeVisible();
  await expect(sealed(second)).toBeVisible();
  const page = await tablet.page();
  await page.goto(`${proxy.endpoint}/#/antrean`);
  await clerk.unlock(page);
  await expect(page.getByRole("listitem").filter({ hasText: /Rekaman nomor/ })).toHaveCount(1);
});

test("goes on sending when the page is closed in the middle", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.record(page, makeScans());
  /** @type {() => void} */
  let release = () => undefined;
  const held = new Promise((resolve) => {
    proxy.fault = ({ method, path }) => {
      if (method !== "POST" || path !== "/packets") return undefined;
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
