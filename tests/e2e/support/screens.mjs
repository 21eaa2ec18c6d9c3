// @ts-check
// Pictures of screens for docs/screens/, taken when REKAM_SCREENS is set.

/** @typedef {import("@playwright/test").Page} Page */

/**
 * Keeps a picture of the screen: of its top, or of where an element is.
 *
 * @param {Page} page
 * @param {string} name
 * @param {import("@playwright/test").Locator} [at]
 */
export async function show(page, name, at) {
  if (!process.env["REKAM_SCREENS"]) return;
  const size = page.viewportSize();
  const shapes = name.endsWith("-phone") ? [{ width: 360, height: 740 }] : [size];
  for (const shape of shapes) {
    if (shape) await page.setViewportSize(shape);
    if (at) await at.evaluate((element) => element.scrollIntoView({ block: "start" }));
    else await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `docs/screens/${name}.png` });
  }
  if (size) await page.setViewportSize(size);
}
