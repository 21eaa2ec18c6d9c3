// @ts-check
/** The service worker of an app that lets it send. */
import { handleUpload } from "../../../www/lib/dist/service-worker.js";

const scope =
  /** @type {import("../../../www/lib/dist/service-worker.js").UploadScope & { skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} */ (
    /** @type {unknown} */ (globalThis)
  );

scope.addEventListener("install", () => void scope.skipWaiting());
handleUpload(scope, { wasm: "/www/lib/pkg/rekam_bg.wasm" });
