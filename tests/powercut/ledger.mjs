// @ts-check
/**
 * What was acknowledged before the power went, held against what is found when it is back. In: `begin` and `done` of the
 * page, and its surveys. Out: findings, one for each thing that is not as it was promised.
 */

/** A clerk accepts to type two seconds again, and no more. */
const TYPING_MS = 2_000;

/**
 * @typedef {import("./server.mjs").PageEvent} PageEvent
 * @typedef {"lost_at_once" | "lost_later" | "unreadable" | "draft_lost" | "draft_behind" | "revived" | "forked" | "wiped"} Kind
 * @typedef {{ kind: Kind, round: number, young: boolean, what: string }} Finding `young`: the cut came before the store was aged
 * @typedef {{ round: number, young: boolean }} Origin
 * @typedef {Origin & { cutAt: number, isReceipted: (pid: string) => Promise<boolean> }} Cut
 * @typedef {{ value: string, ackedAt: number | undefined }} Version
 * @typedef {{ ending: boolean, parts: Map<string, Version[]> }} DraftEntry `parts`: the fields, and each slot; `ending`: it is being sealed or discarded
 * @typedef {{ origin: Origin, device: string, seq: number, tablet: number, seen: boolean }} PacketEntry
 * @typedef {{ id: string, version: string, slots: Record<string, string> }} DraftSeen
 * @typedef {{ pid: string, device: string, seq: number, state: string, reason?: string }} PacketSeen
 */

const FIELDS = "fields";

export class Ledger {
  /** @type {Map<string, PacketEntry>} */
  #packets = new Map();
  /** @type {Map<string, DraftEntry>} */
  #drafts = new Map();
  /** Sealed or discarded, and the tablet said so. @type {Set<string>} */
  #gone = new Set();
  /** Each pairing begins a chain of its own. */
  #tablet = 0;
  acknowledged = { old: 0, young: 0 };
  /** Packets among them. */
  sealed = { old: 0, young: 0 };

  /** The tablet was paired, for the first time or because it knew nothing any more. */
  paired() {
    this.#tablet += 1;
  }

  /** @param {PageEvent} event */
  begin(event) {
    const draft = this.#drafts.get(String(event["draft"]));
    if (draft && (event["op"] === "seal" || event["op"] === "discard")) draft.ending = true;
    const part = partOf(event);
    if (part) this.#versions(draft, part.name).push({ value: part.value, ackedAt: undefined });
  }

  /** @param {PageEvent} event @param {Origin} origin @returns {Finding[]} */
  done(event, origin) {
    const id = String(event["draft"]);
    const draft = this.#drafts.get(id);
    this.acknowledged[origin.young ? "young" : "old"] += 1;
    const part = partOf(event);
    if (part) {
      const version = this.#versions(draft, part.name).findLast(({ value }) => value === part.value);
      if (version) version.ackedAt = Date.now();
    } else if (event["op"] === "create") {
      this.#drafts.set(id, { ending: false, parts: new Map([[FIELDS, [{ value: "", ackedAt: Date.now() }]]]) });
    } else {
      this.#drafts.delete(id);
      this.#gone.add(id);
      if (event["op"] === "seal")
        return this.#sealedNow(String(event["pid"]), String(event["device"]), Number(event["seq"]), origin);
    }
    return [];
  }

  /** @param {string} pid @param {string} device @param {number} seq @param {Origin} origin @returns {Finding[]} */
  #sealedNow(pid, device, seq, origin) {
    this.sealed[origin.young ? "young" : "old"] += 1;
    // Each device key has a chain of its own: one that was lost in a cut gives way to another, which begins at 1.
    const isTwin = (/** @type {PacketEntry} */ other) =>
      other.tablet === this.#tablet && other.device === device && other.seq === seq;
    const twin = [...this.#packets].find(([, other]) => isTwin(other));
    this.#packets.set(pid, { origin, device, seq, tablet: this.#tablet, seen: false });
    return twin ? [{ kind: "forked", ...origin, what: `${twin[0]} and ${pid} are both number ${seq}` }] : [];
  }

  /**
   * @param {{ packets: PacketSeen[], drafts: DraftSeen[] }} seen
   * @param {Cut} cut
   */
  async judge({ packets, drafts }, cut) {
    const unknown = packets.filter(({ pid }) => !this.#packets.has(pid));
    const findings = [...(await this.#judgePackets(packets, cut)), ...this.#judgeDrafts(drafts, cut)];
    // What the screen shows now is a promise too, whether it was acknowledged before the cut or not.
    for (const { pid, device, seq } of unknown) {
      this.#packets.set(pid, { origin: cut, device, seq, tablet: this.#tablet, seen: true });
    }
    return findings;
  }

  /** @param {PacketSeen[]} packets @param {Cut} cut */
  async #judgePackets(packets, { round, young, isReceipted }) {
    const there = new Map(packets.map((packet) => [packet.pid, packet.state]));
    /** @type {Finding[]} */
    const findings = [];
    for (const [pid, entry] of this.#packets) {
      const state = there.get(pid);
      // A tablet that says "receipted" or "purged" is believed only where the registry says so too.
      const waits = state !== undefined && state !== "receipted" && state !== "purged";
      if (!waits && !(await isReceipted(pid))) {
        const kind = entry.seen ? "lost_later" : "lost_at_once";
        findings.push({ kind, round, young, what: `packet ${pid}, number ${entry.seq}, ${state ?? "gone"}` });
        this.#packets.delete(pid);
      }
      entry.seen = true;
    }
    return findings;
  }

  /** @param {DraftSeen[]} drafts @param {Cut} cut */
  #judgeDrafts(drafts, { round, young, cutAt }) {
    const there = new Map(drafts.map((draft) => [draft.id, draft]));
    /** @type {Finding[]} */
    const findings = [];
    for (const [id, entry] of this.#drafts) {
      const seen = there.get(id);
      // What nobody could acknowledge any more came through: the draft is a packet now, or discarded.
      const kind = !seen && entry.ending ? undefined : worst(entry, seen, cutAt);
      if (kind) findings.push({ kind, round, young, what: `draft ${id}${seen ? "" : ", gone"}` });
      this.#drafts.delete(id);
    }
    for (const draft of drafts) {
      if (this.#gone.delete(draft.id)) findings.push({ kind: "revived", round, young, what: `draft ${draft.id}` });
      // From here on the draft is what was found of it.
      const parts = Object.entries({ [FIELDS]: draft.version, ...draft.slots });
      const found = new Map(parts.map(([name, value]) => [name, [{ value, ackedAt: 0 }]]));
      this.#drafts.set(draft.id, { ending: false, parts: found });
    }
    return findings;
  }

  /** @param {PacketSeen[]} packets what is left after everything was sent @param {(pid: string) => Promise<boolean>} isReceipted */
  async judgeDrained(packets, isReceipted) {
    /** @type {Finding[]} */
    const findings = [];
    const left = new Map(packets.map((packet) => [packet.pid, packet]));
    for (const [pid, { origin, seq }] of this.#packets) {
      if (await isReceipted(pid)) continue;
      const { state = "gone", reason = "" } = left.get(pid) ?? {};
      const kind = reason === "manifest_chain_forked" ? "forked" : "unreadable";
      findings.push({ kind, ...origin, what: `packet ${pid}, number ${seq}, ${state} ${reason}` });
    }
    return findings;
  }

  /** @param {DraftEntry | undefined} draft @param {string} name @returns {Version[]} */
  #versions(draft, name) {
    if (!draft) return [];
    const versions = draft.parts.get(name) ?? [];
    draft.parts.set(name, versions);
    return versions;
  }
}

/** Which part of a draft a call changes, and to what. @param {PageEvent} event */
function partOf(event) {
  if (event["op"] === "save") return { name: FIELDS, value: String(event["version"]) };
  if (event["op"] === "capture") return { name: String(event["slot"]), value: String(event["sha256"]) };
  return undefined;
}

/** The worst that happened to a draft. @param {DraftEntry} entry @param {DraftSeen | undefined} seen @param {number} cutAt */
function worst({ parts }, seen, cutAt) {
  /** @type {Kind | undefined} */
  let kind;
  for (const [name, versions] of parts) {
    const value = name === FIELDS ? seen?.version : seen?.slots[name];
    const found = versions.findLastIndex((version) => version.value === value);
    const lacks = (/** @type {number} */ until) =>
      found < versions.findLastIndex(({ ackedAt }) => ackedAt !== undefined && ackedAt <= until);
    if (lacks(cutAt - TYPING_MS)) return /** @type {Kind} */ ("draft_lost");
    if (lacks(cutAt)) kind = "draft_behind";
  }
  return kind;
}
