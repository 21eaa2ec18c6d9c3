// @ts-check
/** What page and host say to each other, and what the pages of all stores have in common. */

const search = new URLSearchParams(location.search);

/** Bytes of one record, as the command line has it. */
export const SIZE_BYTES = Number(search.get("size"));
/** `crypto.getRandomValues` fills no more at once. */
const MOST_RANDOM_BYTES = 65_536;

/**
 * Tells the host something and waits for its answer: only what it has heard before the cut counts as acknowledged.
 *
 * @param {{ type: string, [member: string]: unknown }} event
 * @returns {Promise<{ work?: string, patient?: boolean, link?: string }>}
 */
export async function tell(event) {
  const token = search.get("token") ?? "";
  const response = await fetch(`/tell?token=${token}`, { method: "POST", body: JSON.stringify(event) });
  if (!response.ok) throw new Error("this page is from before the cut");
  /** @type {unknown} */
  const answer = await response.json();
  return answer instanceof Object ? answer : {};
}

/** Bytes that no compression makes smaller. @param {number} length */
export function randomBytes(length) {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += MOST_RANDOM_BYTES)
    crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM_BYTES));
  return bytes;
}

/** SHA-256 in base64url. @param {BufferSource} bytes */
export async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...hash))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** @param {number} millis */
export function sleep(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** A whole number below `limit`. @param {number} limit */
export function below(limit) {
  return Math.floor(Math.random() * limit);
}
