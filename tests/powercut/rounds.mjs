// @ts-check
/**
 * The rounds. A batch begins with a profile that never saw the page; each round starts the browser on it, lets the page
 * survey what is there, which judges the cut before, and work, and cuts the power. After the last cut of a batch all that
 * remains is sent.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Ledger } from "./ledger.mjs";
import { PeerLedger } from "./peer-ledger.mjs";
import { Session } from "./session.mjs";

/**
 * @typedef {import("./plan.mjs").Plan} Plan
 * @typedef {import("./server.mjs").PageEvent} PageEvent
 * @typedef {"sync" | "wait" | "none"} Age
 * @typedef {object} Bench
 * @property {import("./disk.mjs").Disk} disk
 * @property {import("./browser.mjs").Browser} browser
 * @property {import("./server.mjs").PageServer} server
 * @property {import("../e2e/support/registry.mjs").Registry | undefined} registry absent for stores that send nothing
 * @property {import("./plan.mjs").Planner} planner
 * @property {import("./plan.mjs").Pace} pace
 * @property {import("./report.mjs").Report} report
 * @property {{ store: string, size: number, age: Age }} options
 */

/** Cuts on one profile. A clerk's tablet has many too, and what one breaks shows at the next. */
export const BATCH_ROUNDS = 15;
/** Longer than the kernel lets anything lie in memory (30 s, looked for every 5 s), and than 38 s, which was enough. */
const AGE_MS = 60_000;
/** After SIGSTOP until every process stands. */
const FREEZE_MS = 60;
const SITE = "62.02.16";

/** What begins when a phase does. @type {Record<Plan["phase"], string>} */
const BEGINS = {
  starting: "loaded",
  recording: "begin",
  sealing: "begin:seal",
  uploading: "begin:upload",
  purging: "begin:purge",
};

export class Batch {
  #bench;
  #number;
  #profile;
  #ledger;
  #aged = false;
  #paired = false;
  /** What the store says of itself. */
  #journal = "unknown";
  /** The last cut, until a survey has judged it. @type {{ round: number, young: boolean, cutAt: number } | undefined} */
  #cut;
  #session = new Session();

  /** @param {Bench} bench @param {number} number */
  constructor(bench, number) {
    this.#bench = bench;
    this.#number = number;
    this.#profile = join(bench.disk.path, "profile");
    this.#ledger = bench.options.store === "rekam" ? new Ledger() : new PeerLedger();
  }

  /** @param {number} rounds @param {number} from the number of the first */
  async run(rounds, from) {
    const { disk, browser, planner, report } = this.#bench;
    await disk.make();
    browser.copyProfile(this.#profile);
    disk.sync();
    for (let round = from; round < from + rounds; round += 1) {
      const plan = planner.next(round === from, this.#number);
      if (!(await this.#start(plan.phase, plan.sender))) return this.#giveUp(rounds - (round - from));
      await this.#work(plan, round);
      if (plan.double) await this.#cutAgain(plan);
    }
    if (!(await this.#start("rest", "page"))) return this.#giveUp(0);
    if (this.#ledger instanceof Ledger) await this.#drain(this.#ledger);
    await browser.end();
    report.acknowledged(this.#ledger);
    return undefined;
  }

  /** Starts the browser until the page has surveyed what is there. @param {Plan["phase"] | "rest"} phase @param {Plan["sender"]} sender */
  async #start(phase, sender) {
    for (const last of [false, true]) {
      this.#open(phase, sender);
      try {
        // A first start is cut wherever it is; everything later begins with a survey.
        await this.#session.said(phase === "starting" ? "loaded" : "survey");
        return true;
      } catch (error) {
        this.#bench.report.misbehaved(`the page did not open${last ? " again" : ""}: ${String(error)}`);
        await this.#bench.browser.end();
      }
    }
    return false;
  }

  /** @param {Plan["phase"] | "rest"} phase @param {Plan["sender"]} sender */
  #open(phase, sender) {
    const { browser, server, pace, options } = this.#bench;
    const session = new Session();
    this.#session = session;
    this.#journal = "unknown";
    pace.startAgain();
    const address = server.open(searchOf(options, sender), async (event) => {
      pace.hear(event, performance.now());
      const answer = await this.#answer(event, phase);
      session.hear(event);
      return answer;
    });
    browser.start(this.#profile, address);
  }

  /** @param {PageEvent} event @param {Plan["phase"] | "rest"} phase @returns {Promise<unknown>} */
  async #answer(event, phase) {
    const { report } = this.#bench;
    switch (event.type) {
      case "opened":
        return event["paired"] === true ? undefined : { link: await this.#pair() };
      case "paired":
        this.#paired = true;
        return this.#ledger.paired();
      case "survey": {
        await this.#judge(event);
        // A store without a word of its own is at work from here on.
        if (this.#ledger instanceof PeerLedger && phase !== "starting") await this.#age();
        return { work: workOf(phase), patient: phase !== "starting" };
      }
      case "durability":
        this.#journal = String(event["journal"]);
        if (this.#journal !== "young" && phase !== "starting") await this.#age();
        return undefined;
      case "remark":
        return report.misbehaved(String(event["reason"]));
      case "begin":
        return this.#ledger.begin(event);
      case "done":
        return report.add(this.#ledger.done(event, { round: report.round, young: this.#isYoung }));
      default:
        return undefined;
    }
  }

  async #pair() {
    const { registry, report } = this.#bench;
    if (!registry) throw new Error("only a station is paired");
    const { round = report.round, young = true } = this.#cut ?? {};
    if (this.#paired) report.add([{ kind: "wiped", round, young, what: "not even paired" }], round);
    // Whatever was there is new again.
    this.#aged = false;
    this.#paired = false;
    return (await registry.command("pair", "--site", SITE)).trim();
  }

  get #isYoung() {
    return !this.#aged || this.#journal === "young";
  }

  /** Lets the files that the first start made become old. */
  async #age() {
    if (this.#aged) return;
    const { disk, options } = this.#bench;
    if (options.age === "sync") disk.sync();
    if (options.age === "wait") await sleep(AGE_MS);
    this.#aged = true;
  }

  /** @param {object} survey what the page found; nothing, where it did not get so far */
  async #judge(survey) {
    const cut = this.#cut;
    if (!cut) return;
    this.#cut = undefined;
    const found = /** @type {never} */ (survey);
    this.#bench.report.add(
      await this.#ledger.judge(found, { ...cut, isReceipted: (pid) => this.#isReceipted(pid) }),
      cut.round,
    );
  }

  /** Lets the page work, and cuts. @param {Plan} plan @param {number} round */
  async #work(plan, round) {
    const { report, pace } = this.#bench;
    report.begin(round, plan);
    const session = this.#session;
    let happened = true;
    if (plan.phase !== "starting") {
      const isPeer = this.#ledger instanceof PeerLedger;
      await session
        .said(isPeer ? "survey" : "working")
        .catch((/** @type {unknown} */ error) => report.misbehaved(String(error)));
      await session.acknowledges(plan.steps);
      // One run of the sender takes as long as its queue: any moment of it is as good.
      const sends = plan.phase === "uploading" && session.isUnderWay("upload");
      happened = sends || (await session.begins(BEGINS[plan.phase]));
    }
    await sleep(plan.share * pace.of(plan.phase));
    const cutAt = await this.#powerCut(plan.stop);
    if (session.failure !== undefined) report.misbehaved(session.failure);
    this.#cut = { round, young: this.#isYoung, cutAt };
    report.cut({ young: this.#isYoung, journal: this.#journal, happened });
  }

  /** The power is back for a moment: the browser starts, and does not get far. @param {Plan} plan */
  async #cutAgain(plan) {
    const { server, browser, report, options } = this.#bench;
    // It may open its store and read, and is answered no more: nothing is judged between the two cuts.
    const listener = (/** @type {PageEvent} */ { type }) => (type === "loaded" ? undefined : new Promise(() => {}));
    browser.start(this.#profile, server.open(searchOf(options, plan.sender), listener));
    await sleep(plan.againMillis);
    await this.#powerCut(plan.stop);
    report.cutAgain();
  }

  /** @param {boolean} stop @returns when it was */
  async #powerCut(stop) {
    const { disk, browser, server } = this.#bench;
    if (stop) {
      browser.freeze();
      await sleep(FREEZE_MS);
    }
    // Only what was heard before counts.
    server.close();
    const cutAt = Date.now();
    await disk.cut();
    await browser.end();
    await disk.remount();
    return cutAt;
  }

  /** Sends all that remains and asks the registry about the chain. @param {Ledger} ledger */
  async #drain(ledger) {
    const { report } = this.#bench;
    try {
      const { packets } = /** @type {{ packets: import("./ledger.mjs").PacketSeen[] }} */ (
        /** @type {unknown} */ (await this.#session.said("drained"))
      );
      report.add(await ledger.judgeDrained(packets, (pid) => this.#isReceipted(pid)));
    } catch (error) {
      report.misbehaved(`not all could be sent: ${String(error)}`);
      report.add(await ledger.judgeDrained([], (pid) => this.#isReceipted(pid)));
    }
    await this.#checkChains();
  }

  /** Which devices have gaps; those of earlier batches are known already. */
  async #checkChains() {
    const lines = (await this.#bench.registry?.command("devices"))?.trim().split("\n").slice(1) ?? [];
    for (const line of lines) {
      const [device = "", , , , , , missing = "none"] = line.split("\t");
      if (missing !== "none") this.#bench.report.gap(device, missing);
    }
  }

  /** The store does not open any more: what the registry has not is lost. @param {number} roundsLeft */
  async #giveUp(roundsLeft) {
    const { report } = this.#bench;
    report.misbehaved(`the store could not be used any more; ${roundsLeft} rounds were not run`);
    await this.#judge({ packets: [], drafts: [], entries: [] });
    report.acknowledged(this.#ledger);
  }

  /** @param {string} pid */
  async #isReceipted(pid) {
    const { registry } = this.#bench;
    if (!registry) return false;
    return (await fetch(`${registry.endpoint}/receipts/${pid}`)).ok;
  }
}

/** What the page is told in its address. @param {Bench["options"]} options @param {Plan["sender"]} sender */
function searchOf({ store, size }, sender) {
  return { store, size: String(size), sender };
}

/** What the page is to do. @param {Plan["phase"] | "rest"} phase */
function workOf(phase) {
  if (phase === "rest") return "drain";
  return phase === "starting" ? "recording" : phase;
}
