import { useEffect, useState } from "preact/hooks";
import { hasProvince, loadProvince, provinceOf } from "./regions.js";

export interface OfflineReadiness {
  /** The app and the villages of the province are on the tablet. */
  ready: boolean;
  /** A new version waits for all tabs to be closed. */
  update: boolean;
}

/** Whether the network may be cut now. */
export function useOfflineReadiness(site: string): OfflineReadiness {
  const [state, setState] = useState<OfflineReadiness>({ ready: false, update: false });
  useEffect(() => {
    let current = true;
    const province = provinceOf(site);
    const look = async () => {
      const registration = await navigator.serviceWorker?.ready;
      await loadProvince(province).catch(() => undefined);
      const ready = registration?.active != null && (await hasProvince(province));
      if (current) setState({ ready, update: registration?.waiting != null });
    };
    void look().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [site]);
  return state;
}
