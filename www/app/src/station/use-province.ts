import { useEffect, useState } from "preact/hooks";
import type { Station } from "rekam";
import { loadProvince, provinceOf, type Province } from "./regions.js";

/**
 * The province of a site, known to the rules by then; null while it loads and where the tablet has never had it. Tried
 * again when the network is there.
 */
export function useProvince(station: Station, site: string, online: boolean): Province | null {
  const [province, setProvince] = useState<Province | null>(null);
  useEffect(() => {
    if (province) return;
    let current = true;
    const load = async () => {
      const loaded = await loadProvince(provinceOf(site));
      await station.loadRegions(loaded.regions);
      if (current) setProvince(loaded);
    };
    load().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [station, site, online, province === null]);
  return province;
}
