const MARK = "#pair=";

/** The pairing link in the address bar, if there is one. It is a secret: it leaves the address and the history at once. */
export function takePairingLink(): string | null {
  if (!location.hash.startsWith(MARK)) return null;
  const link = location.href;
  history.replaceState(null, "", location.pathname);
  return link;
}

/** Where the link leads, or null if it is none. The core reads the rest. */
export function originOf(link: string): string | null {
  const url = parse(link.trim());
  return url && /^https?:$/.test(url.protocol) && url.hash.startsWith(MARK) ? url.origin : null;
}

function parse(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}
