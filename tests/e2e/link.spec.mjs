// @ts-check
// Bad links as a clerk meets them: nobody there for an hour, somebody else there, data that cost money.
import { expect, test } from "@playwright/test";
import { makeScans } from "./support/applicant.mjs";
import * as clerk from "./support/clerk.mjs";
import { Proxy } from "./support/proxy.mjs";
import { Registry } from "./support/registry.mjs";
import { show } from "./support/screens.mjs";
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

/** @param {import("@playwright/test").Page} page */
async function openOutbox(page) {
  await page.getByRole("link", { name: "Antrean kirim" }).first().click();
  await expect(page.getByRole("heading", { name: "Antrean kirim" })).toBeVisible();
}

/** @param {import("@playwright/test").Page} page */
const first = (page) => page.getByRole("listitem").filter({ hasText: "Rekaman nomor 1" });

test("sends by itself when the registry comes back after an hour, the page left open", async () => {
  const page = await tablet.page();
  await page.clock.install();
  await clerk.pair(page, registry.pairingLink);
  await registry.stop("SIGKILL");
  await clerk.record(page, makeScans());
  await clerk.seal(page);
  await openOutbox(page);
  await expect(page.getByText("Ada jaringan, tetapi pusat tidak menjawab")).toBeVisible();
  await page.clock.fastForward("01:00:00");
  // It locked itself meanwhile, and sends all the same.
  await expect(page.getByRole("heading", { name: "Tablet terkunci" })).toBeVisible();
  expect(await registry.packets()).toHaveLength(0);
  await registry.resume();
  await page.clock.fastForward("00:05:00");
  await clerk.unlock(page);
  await expect(first(page)).toContainText("sudah dihapus dari tablet", { timeout: 90_000 });
  expect(await registry.packets()).toHaveLength(1);
});

test("tells of a portal that says yes to everything, and sends nothing to it", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await clerk.record(page, makeScans());
  proxy.isPortal = true;
  await clerk.seal(page);
  await openOutbox(page);
  await expect(page.getByText("Jaringan meminta masuk lebih dahulu").first()).toBeVisible();
  await expect(first(page)).toContainText("Menunggu jaringan");
  await show(page, "link-portal");
  proxy.isPortal = false;
  await page.getByRole("button", { name: "Kirim sekarang" }).click();
  await expect(first(page)).toContainText("sudah dihapus dari tablet", { timeout: 90_000 });
});

test("sends when the clerk wants it: paused, at night, and now", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await tablet.setOffline(true);
  await clerk.record(page, makeScans());
  await clerk.seal(page);
  await openOutbox(page);
  await page.getByRole("button", { name: "Jeda pengiriman" }).click();
  await expect(page.getByText("Pengiriman dijeda")).toBeVisible();
  await page.getByText("Kapan dikirim").click();
  await page.getByRole("radio", { name: "Hanya pada jam tertentu" }).check();
  // Two hours that are not now.
  const hour = new Date(Date.now() + 7 * 3_600_000).getUTCHours();
  const at = (/** @type {number} */ later) => `${String((hour + later) % 24).padStart(2, "0")}:00`;
  await page.getByLabel("Dari pukul").fill(at(3));
  await page.getByLabel("Sampai pukul").fill(at(5));
  await page.getByLabel("Sampai pukul").blur();
  await show(page, "link-settings");

  await tablet.setOffline(false);
  await page.reload();
  await clerk.unlock(page);
  await expect(page.getByText("Pengiriman dijeda")).toBeVisible();
  await page.getByRole("button", { name: "Lanjutkan pengiriman" }).click();
  await expect(page.getByText(`Dikirim sendiri antara pukul ${at(3)} dan ${at(5)}`)).toBeVisible();
  await expect.poll(() => proxy.seen.some(({ path }) => path.startsWith("/probe"))).toBe(true);
  expect(await registry.packets()).toHaveLength(0);
  await page.getByRole("button", { name: "Kirim sekarang" }).click();
  await expect(first(page)).toContainText("sudah dihapus dari tablet", { timeout: 90_000 });
});

test("tells pace and time left while the worker sends over a slow link", async () => {
  const page = await tablet.page();
  await clerk.pair(page, registry.pairingLink);
  await tablet.slowWorkers({ bytesPerSecond: 40_000 });
  await clerk.record(page, makeScans());
  await clerk.seal(page);
  await openOutbox(page);
  await expect(first(page)).toContainText(/\d+ %, .* dari .*/, { timeout: 60_000 });
  await expect(first(page)).toContainText(/kB per detik, kira-kira .* lagi/);
  await show(page, "link-progress");
  await expect(first(page)).toContainText("sudah dihapus dari tablet", { timeout: 120_000 });
});
