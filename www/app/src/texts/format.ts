import { language } from "./index.js";

const locale = language === "id" ? "id-ID" : "en-GB";
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

/** "pukul" only where the language wants it; the day only where it is not today. */
export function formatTime(milliseconds: number): string {
  const moment = new Date(milliseconds);
  const clock = language === "id" ? `pukul ${time.format(moment)}` : `at ${time.format(moment)}`;
  return moment.toDateString() === new Date().toDateString() ? clock : `${day.format(moment)} ${clock}`;
}

/** Day and time, always both. */
export function formatMoment(milliseconds: number): string {
  return `${day.format(milliseconds)}, ${time.format(milliseconds)}`;
}

/** Bytes as kB or MB. */
export function formatSize(bytes: number): string {
  return bytes < 1_000_000 ? `${number.format(Math.ceil(bytes / 1000))} kB` : `${number.format(bytes / 1_000_000)} MB`;
}
