/// <reference types="vite/client" />
// Keeps the app shell for the time without a network, and sends what waits.
import { clientsClaim } from "workbox-core";
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import wasm from "../../lib/pkg/rekam_bg.wasm?url";
import { handleUpload } from "../../lib/src/service-worker.js";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: PrecacheEntry[] };

// An update waits until every tab is closed: skipping that would change the code under an open draft.
// Claiming only matters at the first visit, which is then served without a network at once.
clientsClaim();
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html")));

handleUpload(self, { wasm });
