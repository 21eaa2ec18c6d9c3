import type { ProvinceRegions } from "rekam";

export interface Village {
  /** Ten digits with dots: `62.02.16.2001`. */
  code: string;
  name: string;
  district: string;
  regency: string;
}

/** What the app knows of the province of the station. */
export interface Province {
  /** As served in `/regions/<province>.json`. */
  regions: ProvinceRegions;
  villages: Village[];
  /** Regencies and cities as a card names them, in capitals and without the word for what they are. */
  birthPlaces: string[];
}

const CACHE = "rekam-regions";

/** Read once while the page is open. */
const loaded = new Map<string, Promise<Province>>();

/** The names of a province. Kept on the tablet from the first time on; a newer list is used from the next start. */
export function loadProvince(province: string): Promise<Province> {
  const known = loaded.get(province);
  if (known) return known;
  const loading = readProvince(province);
  loaded.set(province, loading);
  loading.catch(() => loaded.delete(province));
  return loading;
}

async function readProvince(province: string): Promise<Province> {
  const url = `/regions/${encodeURIComponent(province)}.json`;
  const kept = await caches.match(url, { cacheName: CACHE });
  const fresh = keep(url);
  if (kept) fresh.catch(() => undefined);
  const regions = (await (kept ?? (await fresh)).json()) as ProvinceRegions;
  const villages = regions.regencies.flatMap(([, regency, districts]) =>
    districts.flatMap(([, district, villages]) => villages.map(([code, name]) => ({ code, name, district, regency }))),
  );
  const names = regions.regencies.map(([, name]) => name.replace(/^(Kabupaten|Kota) (Administrasi )?/, ""));
  return { regions, villages, birthPlaces: [...new Set(names.map((name) => name.toUpperCase()))] };
}

/** Whether the list is there without a network. */
export async function hasProvince(province: string): Promise<boolean> {
  return (await caches.match(`/regions/${province}.json`, { cacheName: CACHE })) !== undefined;
}

/** The first two digits of a site or village code. */
export function provinceOf(code: string): string {
  return code.slice(0, 2);
}

async function keep(url: string): Promise<Response> {
  const response = await fetch(url);
  // A server that answers every address with the page itself has no such file.
  if (!response.ok || !response.headers.get("content-type")?.includes("json"))
    throw new Error(`no region file: ${response.status}`);
  const cache = await caches.open(CACHE);
  await cache.put(url, response.clone());
  return response;
}
