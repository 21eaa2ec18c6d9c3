// @ts-check
// Types into a field of whatever kind, found by the words beside it.
import { expect } from "@playwright/test";

/** @typedef {import("@playwright/test").Locator} Locator @typedef {import("@playwright/test").Page} Page */

/** Offered while typing, but free. */
const FREE = new Set(["Tempat lahir"]);

/** @param {Page | Locator} scope @param {Page} page @param {string} label @param {string} value */
export async function fill(scope, page, label, value) {
  const control = scope
    .getByLabel(label, { exact: true })
    .and(page.locator('input, select, [role="radiogroup"]'))
    .first();
  const role = await control.evaluate((element) => element.getAttribute("role") ?? element.tagName);
  switch (role) {
    case "radiogroup":
      return control.getByRole("radio", { name: value, exact: true }).check();
    case "SELECT":
      await control.selectOption({ label: value });
      return;
    case "combobox":
      await control.fill(value);
      if (!FREE.has(label)) await scope.getByRole("option", { name: value }).first().click();
      return;
    default:
      await control.fill(value);
      await expect(control).toHaveValue(value);
  }
}

/** @param {Page | Locator} scope @param {Page} page @param {Record<string, string>} values */
export async function fillAll(scope, page, values) {
  for (const [label, value] of Object.entries(values)) await fill(scope, page, label, value);
}
