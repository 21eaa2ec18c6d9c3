// How a page and the service worker name the wish to send.

const PREFIX = "rekam-upload:";

/** The tag of a Background Sync. */
export function syncTag(name: string): string {
  return PREFIX + name;
}

/** The station of a tag, undefined when the tag is somebody else's. */
export function stationOfTag(tag: string): string | undefined {
  return tag.startsWith(PREFIX) ? tag.slice(PREFIX.length) : undefined;
}

/** The message of a page. */
export function syncMessage(name: string): { rekam: "sync"; name: string } {
  return { rekam: "sync", name };
}

/** The station of a message, undefined when the message is somebody else's. */
export function stationOfMessage(data: unknown): string | undefined {
  const ours = data instanceof Object && "rekam" in data && data.rekam === "sync" && "name" in data;
  return ours && typeof data.name === "string" ? data.name : undefined;
}
