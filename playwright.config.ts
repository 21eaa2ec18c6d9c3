import { defineConfig } from "@playwright/test";

// The PWA against the real registry, in the Chromium of the machine: nothing is downloaded. Each scenario starts its
// own browsers on profiles of its own, since it also cuts networks, kills workers and looks into the files.
export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  reporter: [["list"]],
  forbidOnly: Boolean(process.env["CI"]),
  // One at a time: timing is part of what is tested, and two cores are all there is.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
});
