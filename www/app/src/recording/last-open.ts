// Which draft is open, for a start after the power went. An id and the name of a section: nothing of an applicant.
import { useEffect } from "preact/hooks";
import { go, type Route } from "../router.js";
import { focusOn } from "./layout.js";
import { sectionId } from "./places.js";

const KEY = "rekam.open-draft";
const LOCK = "rekam.open-draft:";

export interface OpenPlace {
  draft: string;
  review: boolean;
  /** The section where the clerk was last. */
  section: string | null;
}

let place: OpenPlace | null = null;
/** Where the form is to be opened at, once. */
let returning: OpenPlace | null = null;

/** The draft that was open when the app ended without its being left; null after a mere reload, which goes on by itself. */
export async function findInterrupted(): Promise<OpenPlace | null> {
  const kept = read();
  if (!kept || isReload()) return null;
  // It is open in another tab, so nothing was interrupted.
  const held = (await navigator.locks?.query())?.held?.some(({ name }) => name === LOCK + kept.draft);
  return held ? null : kept;
}

export function forgetOpen(): void {
  place = null;
  localStorage.removeItem(KEY);
}

/** Opens a draft where it was. */
export function returnTo(to: OpenPlace): void {
  returning = to;
  go({ screen: "recording", draft: to.draft, review: to.review });
}

/** The screen goes away but comes back: the form is then opened where it was. */
export function keepPlace(): void {
  returning = place;
}

/** Goes to where the draft was left, once its form is on the screen. */
export function takePlace(draft: string): void {
  if (returning?.draft === draft && returning.section) focusOn(sectionId(returning.section));
  returning = null;
}

/** Keeps in mind which draft the address names. */
export function useLastOpen(route: Route): void {
  const draft = route.screen === "recording" ? route.draft : null;
  const review = route.screen === "recording" && route.review;
  useEffect(() => {
    if (draft === null) return forgetOpen();
    write({ draft, review, section: place?.draft === draft ? place.section : (returning?.section ?? null) });
  }, [draft, review]);
  useEffect(() => {
    if (draft === null || !navigator.locks) return;
    const release = new AbortController();
    const left = new Promise<void>((resolve) => release.signal.addEventListener("abort", () => resolve()));
    void navigator.locks.request(LOCK + draft, { mode: "shared" }, () => left).catch(() => undefined);
    return () => release.abort();
  }, [draft]);
}

/** The clerk works in this part of the form. */
export function workIn(element: EventTarget | null): void {
  const section = element instanceof Element && element.closest(".section")?.getAttribute("aria-labelledby");
  if (section && place) write({ ...place, section: section.replace(sectionId(""), "") });
}

function write(now: OpenPlace): void {
  place = now;
  localStorage.setItem(KEY, JSON.stringify(now));
}

function read(): OpenPlace | null {
  try {
    const { draft, review, section } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<OpenPlace>;
    return typeof draft === "string" ? { draft, review: review === true, section: section ?? null } : null;
  } catch {
    return null;
  }
}

function isReload(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "reload";
}
