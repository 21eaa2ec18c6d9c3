// @ts-check
// A made-up applicant, and captures that are recognised byte by byte.
import { createHash, randomBytes } from "node:crypto";
import { FINGERS } from "./fingers.mjs";

/** What a clerk types. The NIK is that of a man born on 24-11-2005 in Tualan Hulu. */
export const APPLICANT = {
  nik: "6202162411050001",
  name: "PEMOHON CONTOH REKAMAN",
  birthPlace: "SAMPIT",
  birthDate: "24112005",
  address: "JALAN TANPA SINYAL NOMOR 7",
};

/**
 * Ten fingers and two irises as a scanner's folder would hold them: headers of JPEG 2000, then random bytes.
 *
 * @returns {{ fingers: UploadFile[], irises: UploadFile[] }}
 * @typedef {{ name: string, mimeType: string, buffer: Buffer }} UploadFile
 */
export function makeScans() {
  const scan = (/** @type {string} */ name, /** @type {number} */ length) => ({
    name: `${name}.jp2`,
    mimeType: "image/jp2",
    buffer: Buffer.concat([Buffer.from("0000000c6a5020200d0a870a", "hex"), randomBytes(length)]),
  });
  return {
    fingers: FINGERS.map((finger, n) => scan(finger, 40_000 + n * 9_000)),
    irises: ["right", "left"].map((eye) => scan(`iris_${eye}`, 60_000)),
  };
}

/** SHA-256 in hex. @param {Uint8Array} bytes */
export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
