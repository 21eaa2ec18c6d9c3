// @ts-check
/** One life of the browser, from its start to the cut: what the page says becomes something to wait for. */
import { setTimeout as sleep } from "node:timers/promises";

/** A cold start on a busy machine, with a full store to read through. */
const LONGEST_WAIT_MS = 120_000;
/** A busy machine with a queue of a hundred packets of 2 MB took a minute and a half. */
const LONGEST_DRAIN_MS = 600_000;
const LONGEST_LOOK_MS = 4_000;
const LONGEST_WORK_MS = 20_000;

/** @typedef {import("./server.mjs").PageEvent} PageEvent */

export class Session {
  /** What was said, by type; for `begin` also by `begin:<op>`. @type {Map<string, PageEvent>} */
  #said = new Map();
  /** @type {Set<{ word: string, resolve: (event: PageEvent) => void, reject: (error: Error) => void }>} */
  #waiting = new Set();
  #acknowledged = 0;
  /** What has begun and not ended, by `op`. @type {Set<string>} */
  #underWay = new Set();
  /** @type {string | undefined} */
  failure;

  /** @param {PageEvent} event */
  hear(event) {
    if (event.type === "failed") this.failure = String(event["reason"]);
    if (event.type === "done") this.#acknowledged += 1;
    if (event.type === "begin") this.#underWay.add(String(event["op"]));
    if (event.type === "done" || event.type === "ended") this.#underWay.delete(String(event["op"]));
    const words = event.type === "begin" ? ["begin", `begin:${String(event["op"])}`] : [event.type];
    for (const word of words) this.#said.set(word, event);
    for (const waiter of this.#waiting) {
      if (this.failure !== undefined) waiter.reject(new Error(this.failure));
      else if (words.includes(waiter.word)) waiter.resolve(event);
      else continue;
      this.#waiting.delete(waiter);
    }
  }

  /** The event once it was said. @param {string} type @returns {Promise<PageEvent>} */
  async said(type) {
    const event = this.#said.get(type);
    if (event) return event;
    if (this.failure !== undefined) throw new Error(this.failure);
    return this.#next(type, type === "drained" ? LONGEST_DRAIN_MS : LONGEST_WAIT_MS);
  }

  /** Whether something has begun and not ended. @param {string} op */
  isUnderWay(op) {
    return this.#underWay.has(op);
  }

  /** Waits until so many calls were acknowledged; on a slow machine fewer have to do. @param {number} count */
  async acknowledges(count) {
    const until = Date.now() + LONGEST_WORK_MS;
    while (this.#acknowledged < count && this.failure === undefined && Date.now() < until) await sleep(5);
  }

  /** Waits until a step begins; in vain for some seconds only. @param {string} word @returns whether it did */
  async begins(word) {
    return this.#next(word, LONGEST_LOOK_MS).then(
      () => true,
      () => false,
    );
  }

  /** @param {string} word @param {number} longest @returns {Promise<PageEvent>} */
  #next(word, longest) {
    const given = new AbortController();
    const heard = new Promise((resolve, reject) => this.#waiting.add({ word, resolve, reject }));
    const over = sleep(longest, undefined, { signal: given.signal }).then(() => {
      throw new Error(`the page did not say "${word}" in ${longest / 1_000} s`);
    });
    over.catch(() => undefined);
    return Promise.race([/** @type {Promise<PageEvent>} */ (heard), over]).finally(() => given.abort());
  }
}
