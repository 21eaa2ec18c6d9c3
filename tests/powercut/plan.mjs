// @ts-check
/**
 * What happens in each round, by a seeded random: the same seed plans the same cuts. A plan counts in steps and shares, since
 * nobody knows beforehand how fast the machine is and how large the packets are; {@link Pace} measures what they are worth.
 */

/**
 * @typedef {"starting" | "recording" | "sealing" | "uploading" | "purging"} Phase
 * @typedef {"page" | "worker"} Sender
 * @typedef {object} Plan
 * @property {Phase} phase what is going on when the power goes
 * @property {Sender} sender who sends: the page's dedicated worker or the service worker
 * @property {boolean} stop whether the browser is stopped first, so that the cut falls into no system call
 * @property {boolean} double whether the power goes again while the browser starts after it
 * @property {number} steps acknowledged calls before the cut is looked for
 * @property {number} share of the time that what is to be cut takes, from its beginning to the cut
 * @property {number} againMillis from the start of the browser to the second cut
 */

/** At most some 15 applicants of those that are recorded in as few calls as there can be. */
const STEPS = { least: 3, most: 80 };
/** Some cuts come just after the end, when "saved" is on the screen. */
const MOST_SHARE = 1.25;
/** A page takes a second or two to open its store: the second cut comes before, within and after. */
const AGAIN_MS = { least: 300, most: 3_500 };
/** One round in so many has two cuts. */
const DOUBLE_EVERY = 4;

/** What a step takes at 300 KB on two cores, about, until one was measured. @type {Record<Phase, number>} */
const FIRST_MS = { starting: 4_000, recording: 60, sealing: 80, uploading: 120, purging: 40 };
const FIRST_BYTES = 300_000;
/** Steps vary by what they carry and by what else the machine does: the longest of so many counts. */
const REMEMBERED = 12;
/** A sender that waits for its turn shows nothing of how long sending takes. */
const LONGEST_MS = 8_000;

/** mulberry32: small, and good enough to choose moments. @param {number} seed @returns {() => number} from 0 to below 1 */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All of some things once, in any order, then again: short runs have each of them too. @template T */
class Deck {
  #random;
  #things;
  /** @type {T[]} */
  #left = [];

  /** @param {() => number} random @param {readonly T[]} things */
  constructor(random, things) {
    this.#random = random;
    this.#things = things;
  }

  /** @returns {T} */
  draw() {
    if (this.#left.length === 0) this.#left = [...this.#things];
    const [thing] = this.#left.splice(Math.floor(this.#random() * this.#left.length), 1);
    return /** @type {T} */ (thing);
  }
}

export class Planner {
  #random;
  /** @type {Deck<Phase>} */
  #phases;
  /** @type {Deck<Sender>} */
  #senders;
  /** @type {Sender} */
  #sender = "page";

  /** @param {number} seed @param {Phase[]} phases that come after the first start @param {Sender[]} senders of whom each batch has one */
  constructor(seed, phases, senders) {
    this.#random = seededRandom(seed);
    this.#phases = new Deck(this.#random, phases);
    this.#senders = new Deck(this.#random, senders);
  }

  /** @param {boolean} first whether the profile is new; every other one has its first cut at its first start @param {number} batch */
  next(first, batch) {
    if (first) this.#sender = this.#senders.draw();
    const between = (/** @type {{ least: number, most: number }} */ { least, most }) =>
      least + this.#random() * (most - least);
    /** @type {Plan} */
    const plan = {
      phase: first && batch % 2 === 0 ? "starting" : this.#phases.draw(),
      sender: this.#sender,
      stop: this.#random() < 0.5,
      double: this.#random() < 1 / DOUBLE_EVERY,
      steps: Math.round(between(STEPS)),
      share: this.#random() * MOST_SHARE,
      againMillis: between(AGAIN_MS),
    };
    return plan;
  }
}

/** How long the steps of each phase take here and now, by what the page says. */
export class Pace {
  #size;
  /** When what is under way began, by its name. @type {Map<string, number>} */
  #begun = new Map();
  /** @type {Map<Phase, number[]>} */
  #took = new Map();

  /** @param {number} size bytes of a packet */
  constructor(size) {
    this.#size = size;
  }

  /** The page is another one now: what was under way ends no more. */
  startAgain() {
    this.#begun.clear();
  }

  /** @param {import("./server.mjs").PageEvent} event @param {number} now milliseconds, by any clock that runs evenly */
  hear({ type, op }, now) {
    const name = type === "loaded" || type === "survey" ? "start" : String(op);
    if (type === "begin" || type === "loaded") this.#begun.set(name, now);
    const from = this.#begun.get(name);
    if (from === undefined || !["done", "ended", "survey"].includes(type)) return;
    this.#begun.delete(name);
    const phase = PHASES[name] ?? "recording";
    const took = this.#took.get(phase) ?? [];
    this.#took.set(phase, [...took, now - from].slice(-REMEMBERED));
  }

  /** Milliseconds that a step of a phase takes: the longest of the last, or a guess by the size. @param {Phase} phase */
  of(phase) {
    const took = this.#took.get(phase);
    const grows = phase === "starting" ? 1 : Math.max(1, this.#size / FIRST_BYTES);
    return Math.min(LONGEST_MS, took ? Math.max(...took) : FIRST_MS[phase] * grows);
  }
}

/** What the page begins and ends, where it is no step of recording. @type {Record<string, Phase>} */
const PHASES = { start: "starting", seal: "sealing", upload: "uploading", purge: "purging" };
