// @ts-check
/** Counts, bounds and tables. */

/** @typedef {import("./ledger.mjs").Finding} Finding */
/** @typedef {import("./ledger.mjs").Kind} Kind */
/** @typedef {import("./plan.mjs").Plan} Plan */

/** What may never be: each is a promise that was broken. `draft_behind` is what a clerk types again. @type {Kind[]} */
const BROKEN = ["lost_at_once", "lost_later", "unreadable", "draft_lost", "revived", "forked", "wiped"];
/** @type {Record<Kind, string>} */
const WORDS = {
  lost_at_once: "packets lost at once (a false “saved”)",
  lost_later: "packets lost later",
  unreadable: "unreadable packets",
  draft_lost: "drafts lost",
  draft_behind: "drafts behind by 2 s or less",
  revived: "ended drafts that came back",
  forked: "forked chains",
  wiped: "stations that knew nothing any more",
};

/** What a store that holds records and nothing else can do wrong. @type {Kind[]} */
const RECORD_KINDS = ["lost_at_once", "lost_later", "unreadable"];
/** A store that loses everything would fill the screen. */
const MOST_NAMED = 3;

/** @typedef {{ plan: Plan, young: boolean, journal: string, cuts: number, happened: boolean, findings: Finding[] }} Round */

export class Report {
  /** @type {Map<number, Round>} */
  #rounds = new Map();
  #misbehaved = /** @type {string[]} */ ([]);
  /** @type {Map<string, string>} */
  #gaps = new Map();
  #acknowledged = { old: 0, young: 0 };
  #sealed = { old: 0, young: 0 };
  #isStation;
  /** The round that is at work. */
  round = 0;

  /** @param {boolean} isStation whether the store knows drafts, chains and a registry */
  constructor(isStation) {
    this.#isStation = isStation;
  }

  /** @param {number} round @param {Plan} plan */
  begin(round, plan) {
    this.round = round;
    this.#rounds.set(round, { plan, young: false, journal: "", cuts: 0, happened: false, findings: [] });
  }

  /** @param {{ young: boolean, journal: string, happened: boolean }} cut */
  cut({ young, journal, happened }) {
    const round = this.#current;
    round.young = young;
    round.journal = journal;
    round.cuts += 1;
    round.happened = happened;
    const { phase, sender, stop, double } = round.plan;
    const words = [
      phase,
      `sent by the ${sender}`,
      stop ? "stopped" : "running",
      double ? "twice" : "once",
      ...(young ? ["young"] : []),
    ];
    console.log(`round ${this.round}: cut while ${words.join(", ")}${happened ? "" : ` (no ${phase} was seen)`}`);
  }

  cutAgain() {
    this.#current.cuts += 1;
  }

  /** @param {Finding[]} findings @param {number} [round] the one whose cut it was, where it was not the one that is at work */
  add(findings, round) {
    for (const finding of findings) (this.#rounds.get(round ?? finding.round) ?? this.#current).findings.push(finding);
    for (const [kind, words] of Object.entries(WORDS)) {
      const named = findings.filter((finding) => finding.kind === kind).map(({ what }) => what);
      const more = named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : "";
      if (named.length === 0) continue;
      console.log(`round ${round ?? this.round}: ${words}: ${named.slice(0, MOST_NAMED).join("; ")}${more}`);
    }
  }

  /** @param {string} device @param {string} missing */
  gap(device, missing) {
    if (!this.#gaps.has(device)) console.log(`round ${this.round}: the registry misses ${missing}`);
    this.#gaps.set(device, missing);
  }

  /** @param {string} sentence */
  misbehaved(sentence) {
    this.#misbehaved.push(`round ${this.round}: ${sentence}`);
    console.log(`round ${this.round}: misbehaved: ${sentence}`);
  }

  /** @param {{ acknowledged: { old: number, young: number }, sealed: { old: number, young: number } }} ledger of a batch */
  acknowledged({ acknowledged, sealed }) {
    for (const age of /** @type {const} */ (["old", "young"])) {
      this.#acknowledged[age] += acknowledged[age];
      this.#sealed[age] += sealed[age];
    }
  }

  /** @returns {Round} */
  get #current() {
    const round = this.#rounds.get(this.round);
    if (!round) throw new Error("no round has begun");
    return round;
  }

  /** @param {boolean} young */
  #of(young) {
    return [...this.#rounds.values()].filter((round) => round.young === young);
  }

  /** @param {boolean} young */
  #sentByWorker(young) {
    return this.#of(young).filter(({ plan }) => plan.sender === "worker").length;
  }

  /** Rounds that were cut and kept every promise, and those that did not; young ones do not count. */
  get verdict() {
    const rounds = this.#of(false).filter(({ cuts }) => cuts > 0);
    const failed = rounds.filter(isLossy).length;
    return { passed: rounds.length - failed, failed };
  }

  /** Rounds in which the power went. */
  get rounds() {
    return [...this.#rounds.values()].filter(({ cuts }) => cuts > 0).length;
  }

  #stationWords() {
    const said = [...this.#rounds.values()].map(({ journal }) => journal).filter((word) => word !== "");
    const times = [...new Set(said)].sort().map((word) => `${word} ${said.filter((other) => other === word).length}`);
    return `Journal, by the station's word when it was cut: ${times.join(", ")}. Chains with gaps at the registry: ${this.#gaps.size}.`;
  }

  /** @param {Record<string, string | number>} conditions */
  markdown(conditions) {
    const ages = [false, true].filter((young) => this.#of(young).length > 0);
    const row = (/** @type {string} */ name, /** @type {(young: boolean) => string | number} */ cell) =>
      `| ${[name, ...ages.map(cell)].join(" | ")} |`;
    const kinds = Object.entries(WORDS).filter(
      ([kind]) => this.#isStation || RECORD_KINDS.some((other) => other === kind),
    );
    const phases = [...new Set([...this.#rounds.values()].map(({ plan }) => plan.phase))].sort();
    return [
      Object.entries(conditions)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
      "",
      `| | ${ages.map((young) => (young ? "young" : "ready")).join(" | ")} |`,
      `| --- | ${ages.map(() => "---:").join(" | ")} |`,
      row("rounds", (young) => this.#of(young).length),
      row("cuts", (young) => this.#of(young).reduce((sum, { cuts }) => sum + cuts, 0)),
      row("acknowledged calls", (young) => this.#acknowledged[young ? "young" : "old"]),
      row("acknowledged packets", (young) => this.#sealed[young ? "young" : "old"]),
      ...kinds.map(([kind, words]) =>
        row(
          words,
          (young) =>
            this.#of(young)
              .flatMap(({ findings }) => findings)
              .filter((finding) => finding.kind === kind).length,
        ),
      ),
      row("rounds with a loss", (young) => this.#of(young).filter(isLossy).length),
      row("95 % upper bound for a round", (young) => {
        const rounds = this.#of(young);
        return percent(upper95(rounds.filter(isLossy).length, rounds.length));
      }),
      ...phases.map((phase) =>
        row(`with a loss, of those cut while ${phase}`, (young) => {
          const rounds = this.#of(young).filter(({ plan }) => plan.phase === phase);
          return `${rounds.filter(isLossy).length} of ${rounds.length}`;
        }),
      ),
      row("cuts that fell into what they were for", (young) => {
        const rounds = this.#of(young);
        return `${rounds.filter(({ happened }) => happened).length} of ${rounds.length}`;
      }),
      ...(this.#isStation
        ? [row("rounds in which the service worker sends", (young) => this.#sentByWorker(young))]
        : []),
      "",
      ...(this.#isStation ? [this.#stationWords()] : []),
      `Misbehaved: ${this.#misbehaved.length}.`,
      ...this.#misbehaved.map((sentence) => `- ${sentence}`),
    ].join("\n");
  }
}

/** @param {Round} round */
function isLossy({ findings }) {
  return findings.some(({ kind }) => BROKEN.includes(kind));
}

/**
 * One-sided 95 % upper bound of a binomial probability (Clopper and Pearson); 3/n, about, where nothing was seen.
 *
 * @param {number} seen
 * @param {number} rounds
 */
export function upper95(seen, rounds) {
  if (seen >= rounds) return 1;
  /** Probability to see so many or fewer. @param {number} p */
  const atMost = (p) => {
    let term = (1 - p) ** rounds;
    let sum = 0;
    for (let k = 0; k <= seen; k += 1) {
      sum += term;
      term *= ((rounds - k) / (k + 1)) * (p / (1 - p));
    }
    return sum;
  };
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
