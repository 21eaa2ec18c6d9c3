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
export interface SyncMessage {
  rekam: "sync";
  name: string;
  /** Whether a person says so, whatever the time of day and the price of the link. */
  now: boolean;
}

/** Whether a message is a page's. */
export function isSyncMessage(data: unknown): data is SyncMessage {
  const ours = data instanceof Object && "rekam" in data && data.rekam === "sync";
  return ours && "name" in data && typeof data.name === "string" && "now" in data && typeof data.now === "boolean";
}
