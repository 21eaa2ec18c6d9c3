// @ts-check
/** The instrument sees what it is for: a loss of each kind, and none where there is none. */
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Ledger } from "./ledger.mjs";
import { upper95 } from "./report.mjs";

const OLD = { round: 1, young: false };
const LONG_AGO = { ...OLD, cutAt: Date.now() + 60_000, isReceipted: () => Promise.resolve(false) };
const JUST_NOW = { ...LONG_AGO, cutAt: Date.now() };
const AT_REGISTRY = { ...LONG_AGO, isReceipted: () => Promise.resolve(true) };

/** @param {Awaited<ReturnType<Ledger["judge"]>>} findings */
const kinds = (findings) => findings.map(({ kind }) => kind);

describe("the ledger", () => {
  /** @type {Ledger} */
  let ledger;
  /** @param {{ op: string, [member: string]: unknown }} what @param {object} [outcome] */
  const acknowledge = (what, outcome = {}) => {
    ledger.begin({ type: "begin", ...what });
    return ledger.done({ type: "done", ...what, ...outcome }, OLD);
  };
  /** @param {string} draft @param {string} pid @param {number} seq */
  const seal = (draft, pid, seq) => {
    acknowledge({ op: "create", draft });
    return acknowledge({ op: "seal", draft }, { pid, device: "d", seq });
  };
  const stored = { pid: "p", device: "d", seq: 1, state: "stored" };

  beforeEach(() => {
    ledger = new Ledger();
    ledger.paired();
  });

  test("says nothing where everything is as it was acknowledged", async () => {
    seal("sealed", "p", 1);
    acknowledge({ op: "create", draft: "d" });
    acknowledge({ op: "save", draft: "d", version: "1" });
    acknowledge({ op: "capture", draft: "d", slot: "face", sha256: "f" });
    const drafts = [{ id: "d", version: "1", slots: { face: "f" } }];
    assert.deepEqual(await ledger.judge({ packets: [stored], drafts }, LONG_AGO), []);
  });

  test("misses a packet that is neither here nor at the registry", async () => {
    seal("d", "p", 1);
    assert.deepEqual(kinds(await ledger.judge({ packets: [], drafts: [] }, LONG_AGO)), ["lost_at_once"]);
  });

  test("does not believe a tablet that has erased a packet which the registry has not", async () => {
    seal("d", "p", 1);
    const packets = [{ ...stored, state: "purged" }];
    assert.deepEqual(kinds(await ledger.judge({ packets, drafts: [] }, LONG_AGO)), ["lost_at_once"]);
  });

  test("does not miss a packet that the registry has", async () => {
    seal("d", "p", 1);
    assert.deepEqual(await ledger.judge({ packets: [], drafts: [] }, AT_REGISTRY), []);
  });

  test("misses a packet that was there after an earlier cut", async () => {
    seal("d", "p", 1);
    await ledger.judge({ packets: [stored], drafts: [] }, LONG_AGO);
    assert.deepEqual(kinds(await ledger.judge({ packets: [], drafts: [] }, LONG_AGO)), ["lost_later"]);
  });

  test("misses a packet that was seen, whether it was acknowledged or not", async () => {
    await ledger.judge({ packets: [stored], drafts: [] }, LONG_AGO);
    assert.deepEqual(kinds(await ledger.judge({ packets: [], drafts: [] }, LONG_AGO)), ["lost_later"]);
  });

  test("finds a packet that could not be sent unreadable", async () => {
    seal("d", "p", 1);
    const packets = [{ ...stored, reason: "store_corrupt" }];
    assert.deepEqual(kinds(await ledger.judgeDrained(packets, LONG_AGO.isReceipted)), ["unreadable"]);
  });

  test("sees that a number was given twice", () => {
    seal("d", "p", 1);
    assert.deepEqual(kinds(seal("e", "q", 1)), ["forked"]);
  });

  test("misses a draft, an older version of it and a capture; the last two seconds apart", async () => {
    for (const seen of [undefined, { version: "1", slots: { face: "f" } }, { version: "2", slots: {} }]) {
      for (const [cut, kind] of /** @type {const} */ ([
        [LONG_AGO, "draft_lost"],
        [JUST_NOW, "draft_behind"],
      ])) {
        ledger = new Ledger();
        acknowledge({ op: "create", draft: "d" });
        acknowledge({ op: "save", draft: "d", version: "1" });
        acknowledge({ op: "save", draft: "d", version: "2" });
        acknowledge({ op: "capture", draft: "d", slot: "face", sha256: "f" });
        const drafts = seen ? [{ id: "d", ...seen, slots: /** @type {Record<string, string>} */ (seen.slots) }] : [];
        const cutAt = cut === JUST_NOW ? Date.now() : cut.cutAt;
        assert.deepEqual(kinds(await ledger.judge({ packets: [], drafts }, { ...cut, cutAt })), [kind]);
      }
    }
  });

  test("takes what was begun for what was acknowledged where it came through", async () => {
    acknowledge({ op: "create", draft: "d" });
    acknowledge({ op: "save", draft: "d", version: "1" });
    ledger.begin({ type: "begin", op: "save", draft: "d", version: "2" });
    const drafts = [{ id: "d", version: "2", slots: {} }];
    assert.deepEqual(await ledger.judge({ packets: [], drafts }, LONG_AGO), []);
    ledger.begin({ type: "begin", op: "seal", draft: "d" });
    assert.deepEqual(await ledger.judge({ packets: [stored], drafts: [] }, LONG_AGO), []);
  });

  test("sees an ended draft that came back", async () => {
    acknowledge({ op: "create", draft: "d" });
    acknowledge({ op: "discard", draft: "d" });
    const drafts = [{ id: "d", version: "", slots: {} }];
    assert.deepEqual(kinds(await ledger.judge({ packets: [], drafts }, LONG_AGO)), ["revived"]);
  });
});

test("the bound is that of the tables: 3/n for none, and more with each", () => {
  assert.equal(upper95(0, 60).toFixed(3), "0.049");
  assert.equal(upper95(2, 60).toFixed(3), "0.101");
  assert.equal(upper95(17, 270).toFixed(3), "0.093");
});
