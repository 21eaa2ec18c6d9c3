import { defineConfig } from "@playwright/test";
import { chromium } from "./tools/lib/browsers.mjs";

// The PWA against the real registry, in the Chromium of the machine: nothing is downloaded.
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  reporter: [["list"]],
  forbidOnly: Boolean(process.env["CI"]),
  // One at a time: the scenarios cut networks and kill workers, and two cores are all there is.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: {
    // An 8-inch tablet held upright.
    viewport: { width: 800, height: 1280 },
    locale: "id-ID",
    timezoneId: "Asia/Jakarta",
    permissions: ["camera"],
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium(),
      args: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    },
  },
});
