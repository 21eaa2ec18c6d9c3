import { init, Station } from "rekam";
import wasm from "../../../lib/pkg/rekam_bg.wasm?url";

/** Everything that must stand before the first screen. @param takeover - Takes it from another tab. */
export async function openStation(takeover: boolean): Promise<Station> {
  const [serviceWorker] = await Promise.all([registerServiceWorker(), init(wasm)]);
  const worker = new Worker(new URL("../../../lib/src/worker.ts", import.meta.url), { type: "module", name: "rekam" });
  try {
    return await Station.open(serviceWorker ? { worker, takeover, serviceWorker } : { worker, takeover });
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

/** Without a service worker the page's own worker sends, and the app needs the network to load. */
async function registerServiceWorker(): Promise<ServiceWorkerRegistration | undefined> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return undefined;
  try {
    return await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
  } catch {
    return undefined;
  }
}
