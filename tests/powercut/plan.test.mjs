// @ts-check
/** The plan of a run is the seed's, and its cuts fall where the steps are, however long they take. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Pace, Planner } from "./plan.mjs";

/** @typedef {import("./plan.mjs").Phase} Phase */

/** @type {Phase[]} */
const PHASES = ["recording", "sealing", "uploading", "purging"];
const ROUNDS = 15;

/** @param {number} seed @param {number} batches */
function plans(seed, batches) {
  const planner = new Planner(seed, PHASES, ["page", "worker"]);
  return Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: ROUNDS }, (_, round) => planner.next(round === 0, batch)),
  );
}

describe("the plan", () => {
  test("is the same for the same seed, and another for another", () => {
    assert.deepEqual(plans(1, 4), plans(1, 4));
    assert.notDeepEqual(plans(1, 4), plans(2, 4));
  });

  test("cuts every other first start, and comes to every phase within four rounds", () => {
    const [first = [], second = []] = plans(7, 2);
    assert.equal(first[0]?.phase, "starting");
    assert.notEqual(second[0]?.phase, "starting");
    assert.deepEqual(
      first
        .slice(1, 5)
        .map(({ phase }) => phase)
        .sort(),
      [...PHASES].sort(),
    );
  });

  test("has one sender for a batch, and each for one of two batches", () => {
    const senders = plans(11, 6).map((batch) => new Set(batch.map(({ sender }) => sender)));
    for (const each of senders) assert.equal(each.size, 1);
    for (const n of [0, 2, 4]) assert.notDeepEqual(senders[n], senders[n + 1]);
  });

  test("cuts at the beginning, in the middle and just after the end of a step", () => {
    const shares = plans(3, 20)
      .flat()
      .map(({ share }) => share);
    assert.ok(shares.some((share) => share < 0.1));
    assert.ok(shares.some((share) => share > 0.45 && share < 0.55));
    assert.ok(shares.some((share) => share > 1.1));
  });
});

describe("the pace", () => {
  /** @param {Pace} pace @param {string} op @param {number} from @param {number} millis */
  const take = (pace, op, from, millis) => {
    pace.hear({ type: "begin", op }, from);
    pace.hear({ type: op === "upload" || op === "purge" ? "ended" : "done", op }, from + millis);
  };

  test("guesses by the size until a step was measured", () => {
    assert.equal(new Pace(3_000_000).of("sealing"), 10 * new Pace(300_000).of("sealing"));
    assert.equal(new Pace(3_000_000).of("starting"), new Pace(300_000).of("starting"));
  });

  test("is the longest of the last steps of that phase alone", () => {
    const pace = new Pace(300_000);
    take(pace, "seal", 1_000, 900);
    take(pace, "seal", 3_000, 400);
    take(pace, "capture", 5_000, 70);
    take(pace, "upload", 6_000, 2_500);
    take(pace, "purge", 9_000, 30);
    assert.equal(pace.of("sealing"), 900);
    assert.equal(pace.of("recording"), 70);
    assert.equal(pace.of("uploading"), 2_500);
    assert.equal(pace.of("purging"), 30);
    for (let n = 0; n < 20; n += 1) take(pace, "seal", 20_000 + n * 1_000, 300);
    assert.equal(pace.of("sealing"), 300);
  });

  test("does not take a cut for the end of a step", () => {
    const pace = new Pace(300_000);
    const guess = pace.of("sealing");
    pace.hear({ type: "begin", op: "seal" }, 1_000);
    pace.startAgain();
    pace.hear({ type: "done", op: "seal" }, 90_000);
    assert.equal(pace.of("sealing"), guess);
  });
});
