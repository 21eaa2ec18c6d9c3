const PATHS = {
  alert: "M12 3 2.5 20h19L12 3Zm0 6.5v5m0 2.7v.3",
  battery: "M3 8h15v8H3V8Zm15 2.5h2.5v3H18M6 11v2",
  back: "M15 5l-7 7 7 7",
  camera: "M4 7.5h3.5L9.5 5h5l2 2.5H20v11H4v-11Zm8 2.3a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z",
  check: "M4.5 12.5l5 5L19.5 7",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 4v4.8l3.2 2",
  cross: "M6 6l12 12M18 6 6 18",
  close: "M5 15l7-7 7 7",
  disk: "M4 5h16v14H4V5Zm0 8.5h16M16.5 16.3v.1",
  down: "M12 4v15m0 0-6-6m6 6 6-6",
  file: "M6 3.5h8l4 4v13H6v-17Zm8 0v4h4",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 7.2v5.3m0-8v.3",
  lock: "M6 11h12v9.5H6V11Zm2.5 0V7.5a3.5 3.5 0 0 1 7 0V11M12 15v2",
  next: "M9 5l7 7-7 7",
  offline:
    "M4 4l16 16M5 12.5a10 10 0 0 1 3.5-2.3m7 .2a10 10 0 0 1 3.5 2.1M8.5 16a5 5 0 0 1 6 -.8M12 19.4v.1M2.5 9a14 14 0 0 1 3-2m5-1.4A14 14 0 0 1 21.5 9",
  online: "M5 12.5a10 10 0 0 1 14 0M8.5 16a5 5 0 0 1 7 0M12 19.4v.1M2.5 9a14 14 0 0 1 19 0",
  open: "M5 9l7 7 7-7",
  people: "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6m0-15a3.5 3.5 0 0 1 0 6.7m2.5 2.6c2 .9 3.2 2.7 3.5 5.7",
  pen: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19 4 20ZM14 6.5l3.5 3.5",
  plus: "M12 5v14M5 12h14",
  send: "M12 20V5m0 0-6 6m6-6 6 6",
  trash: "M4.5 7h15M9.5 7V4.5h5V7m-8 0 .8 13h9.4l.8-13M10 10.5v6m4-6v6",
  undo: "M9 7 4 12l5 5M4 12h9.5a5 5 0 0 1 0 10",
  up: "M12 20V5m0 0-6 6m6-6 6 6",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside a word; it never stands alone, so it is silent for a screen reader. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark of Rekam: a card, a face in it, and the red of a recording. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <rect x="4" y="10" width="40" height="28" rx="5" fill="none" stroke="currentColor" stroke-width="3" />
      <circle cx="15.5" cy="20.5" r="4" fill="currentColor" />
      <path d="M8.8 33c.6-5 3.2-7.5 6.7-7.5s6.1 2.5 6.7 7.5Z" fill="currentColor" />
      <path d="M27 19h11M27 25.5h5" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
      <circle class="mark-dot" cx="37.5" cy="31.5" r="4" />
    </svg>
  );
}
