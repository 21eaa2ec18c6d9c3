/** Names of regencies, districts and villages of one province, as served in `/regions/<province>.json`. */
interface RegionFile {
  version: string;
  notice: string;
  regencies: [
    code: string,
    name: string,
    districts: [code: string, name: string, villages: [code: string, name: string][]][],
  ][];
}

export interface Village {
  /** Ten digits with dots: `62.02.16.2001`. */
  code: string;
  name: string;
  district: string;
  regency: string;
}

const CACHE = "rekam-regions";

/** Read once while the page is open. */
const loaded = new Map<string, Promise<Village[]>>();

/** The villages of a province. Kept on the tablet from the first time on; a newer list is used from the next start. */
export function loadVillages(province: string): Promise<Village[]> {
  const known = loaded.get(province);
  if (known) return known;
  const loading = readVillages(province);
  loaded.set(province, loading);
  loading.catch(() => loaded.delete(province));
  return loading;
}

async function readVillages(province: string): Promise<Village[]> {
  const url = `/regions/${encodeURIComponent(province)}.json`;
  const kept = await caches.match(url, { cacheName: CACHE });
  const fresh = keep(url);
  if (kept) fresh.catch(() => undefined);
  const file = (await (kept ?? (await fresh)).json()) as RegionFile;
  return file.regencies.flatMap(([, regency, districts]) =>
    districts.flatMap(([, district, villages]) => villages.map(([code, name]) => ({ code, name, district, regency }))),
  );
}

/** Whether the list is there without a network. */
export async function hasVillages(province: string): Promise<boolean> {
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
