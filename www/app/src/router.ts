import { useEffect, useState } from "preact/hooks";

/** Where one is in the app. Addresses hold ids of drafts and packets, nothing of an applicant. */
export type Route =
  | { screen: "home" }
  | { screen: "services" }
  | { screen: "recording"; draft: string; review: boolean }
  | { screen: "sealed"; pid: string }
  | { screen: "outbox" }
  | { screen: "operators" };

export function hrefOf(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "services":
      return "#/layanan";
    case "recording":
      return `#/rekam/${encodeURIComponent(route.draft)}${route.review ? "/tinjau" : ""}`;
    case "sealed":
      return `#/tersimpan/${encodeURIComponent(route.pid)}`;
    case "outbox":
      return "#/antrean";
    case "operators":
      return "#/petugas";
  }
}

export function parseRoute(hash: string): Route {
  const [first, second, third] = hash.replace(/^#\/?/, "").split("/");
  const id = decode(second);
  if (first === "rekam" && id) return { screen: "recording", draft: id, review: third === "tinjau" };
  if (first === "tersimpan" && id) return { screen: "sealed", pid: id };
  if (first === "layanan") return { screen: "services" };
  if (first === "antrean") return { screen: "outbox" };
  if (first === "petugas") return { screen: "operators" };
  return { screen: "home" };
}

export function go(route: Route): void {
  location.hash = hrefOf(route);
}

/** Goes there so that the back button does not come back here. */
export function replaceBy(route: Route): void {
  location.replace(hrefOf(route));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    return "";
  }
}
