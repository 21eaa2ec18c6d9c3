// @ts-check
/** The same for stores that hold records and nothing else. */

/** @typedef {import("./ledger.mjs").Finding} Finding */
/** @typedef {import("./ledger.mjs").Origin} Origin */

export class PeerLedger {
  /** @type {Map<string, { sha256: string, seen: boolean }>} */
  #entries = new Map();
  acknowledged = { old: 0, young: 0 };
  /** A record of a peer stands for a packet. */
  sealed = this.acknowledged;

  paired() {}

  begin() {}

  /** @param {import("./server.mjs").PageEvent} event @param {Origin} origin @returns {Finding[]} */
  done(event, origin) {
    this.acknowledged[origin.young ? "young" : "old"] += 1;
    this.#entries.set(String(event["id"]), { sha256: String(event["sha256"]), seen: false });
    return [];
  }

  /**
   * @param {{ entries: { id: string, readable: boolean, sha256: string }[] }} survey
   * @param {Origin} cut
   */
  judge({ entries }, { round, young }) {
    const there = new Map(entries.map((entry) => [entry.id, entry]));
    /** @type {Finding[]} */
    const findings = [];
    for (const [id, expected] of this.#entries) {
      const found = there.get(id);
      if (!found) findings.push({ kind: expected.seen ? "lost_later" : "lost_at_once", round, young, what: id });
      else if (!found.readable || found.sha256 !== expected.sha256)
        findings.push({ kind: "unreadable", round, young, what: id });
      else {
        expected.seen = true;
        continue;
      }
      this.#entries.delete(id);
    }
    return Promise.resolve(findings);
  }
}
