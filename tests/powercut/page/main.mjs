// @ts-check
/** The page that runs inside: one store is opened, read, and then written to until the power goes. */
import { tell } from "./host.mjs";

const store = new URLSearchParams(location.search).get("store") ?? "";

try {
  await tell({ type: "loaded" });
  /** @type {unknown} */
  const module = await import(store === "rekam" ? "../stores/rekam.mjs" : "./peer.mjs");
  const { run } = /** @type {{ run: () => Promise<void> }} */ (module);
  await run();
} catch (error) {
  const code = error instanceof Error && "code" in error ? `${String(error.code)}: ` : "";
  await tell({ type: "failed", reason: `${code}${String(error)}`.slice(0, 400) });
}
