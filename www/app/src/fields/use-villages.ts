import { useEffect, useState } from "preact/hooks";
import { loadVillages, provinceOf, type Village } from "../station/regions.js";

/** The villages of the province of a site: null while they load, empty where the list is missing. */
export function useVillages(site: string): Village[] | null {
  const [villages, setVillages] = useState<Village[] | null>(null);
  useEffect(() => {
    let current = true;
    loadVillages(provinceOf(site)).then(
      (loaded) => current && setVillages(loaded),
      () => current && setVillages([]),
    );
    return () => {
      current = false;
    };
  }, [site]);
  return villages;
}
