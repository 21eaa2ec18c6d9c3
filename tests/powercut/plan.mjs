// @ts-check
/** What happens in each round, by a seeded random: the same seed plans the same cuts. */

/**
 * @typedef {"starting" | "recording" | "sealing" | "uploading" | "purging"} Phase
 * @typedef {object} Plan
 * @property {Phase} phase what is going on when the power goes
 * @property {boolean} stop whether the browser is stopped first, so that the cut falls into no system call
 * @property {boolean} double whether the power goes again while the browser starts after it
 * @property {number} workMillis work before the cut is looked for
 * @property {number} delayMillis from the beginning of what is to be cut to the cut
 * @property {number} againMillis from the start of the browser to the second cut
 */

/** @type {Record<Phase, number>} as long as a step of it takes on two cores, about */
const WINDOW_MS = { starting: 5_000, recording: 60, sealing: 80, uploading: 120, purging: 40 };
const WORK_MS = { least: 200, most: 4_000 };
/** A page takes a second or two to open its store: the second cut comes before, within and after. */
const AGAIN_MS = { least: 300, most: 3_500 };
/** One round in so many has two cuts. */
const DOUBLE_EVERY = 4;

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

export class Planner {
  #random;
  #phases;
  /** @type {Phase[]} */
  #deck = [];

  /** @param {number} seed @param {Phase[]} phases that come after the first start */
  constructor(seed, phases) {
    this.#random = seededRandom(seed);
    this.#phases = phases;
  }

  /** @param {boolean} first whether the profile is new; every other one has its first cut at its first start @param {number} batch */
  next(first, batch) {
    const phase = first && batch % 2 === 0 ? "starting" : this.#draw();
    const between = (/** @type {{ least: number, most: number }} */ { least, most }) =>
      least + this.#random() * (most - least);
    /** @type {Plan} */
    const plan = {
      phase,
      stop: this.#random() < 0.5,
      double: this.#random() < 1 / DOUBLE_EVERY,
      workMillis: between(WORK_MS),
      delayMillis: this.#random() * WINDOW_MS[phase],
      againMillis: between(AGAIN_MS),
    };
    return plan;
  }

  /** Every phase once, in any order, then again: short runs have all of them too. @returns {Phase} */
  #draw() {
    if (this.#deck.length === 0) this.#deck = [...this.#phases];
    const [phase] = this.#deck.splice(Math.floor(this.#random() * this.#deck.length), 1);
    return /** @type {Phase} */ (phase);
  }
}
