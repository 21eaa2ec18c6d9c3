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

/** Bytes as kB, MB or GB. */
export function formatSize(bytes: number): string {
  if (bytes < 1_000_000) return `${number.format(Math.ceil(bytes / 1000))} kB`;
  if (bytes < 1_000_000_000) return `${number.format(bytes / 1_000_000)} MB`;
  return `${number.format(bytes / 1_000_000_000)} GB`;
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A span of time in its largest unit, in words: `3 menit`. */
export function formatSpan(seconds: number): string {
  const [unit, length] = SPANS.find(([, length]) => seconds >= length) ?? ["second", 1];
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
  return format.format(Math.round(seconds / length));
}

/** A minute of the day as `21:00`, as a field for times wants it. */
export function formatMinute(minute: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** The inverse; null for what is no time. */
export function parseMinute(text: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(text) ?? [];
  return hours && minutes ? Number(hours) * 60 + Number(minutes) : null;
}

export function formatCount(count: number): string {
  return number.format(count);
}

/** What is left of a wait, as `4:05` or `1:04:05`. */
export function formatWait(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const minutes = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? minutes.replace(/^0/, "") : `${Math.floor(seconds / 3600)}:${minutes}`;
}
