// @ts-check
/**
 * Rekam through its public API. In: what the host answers (a pairing link, the work of this round). Out: a survey of what
 * was found, then `begin` and `done` around every call that acknowledges something.
 */
import { FINGERS, init, Station } from "rekam";
import { below, randomBytes, sha256, SIZE_BYTES, sleep, tell } from "../page/host.mjs";

/**
 * @typedef {import("rekam").Draft} Draft
 * @typedef {import("rekam").PacketState} PacketState
 * @typedef {import("rekam").Slot} Slot
 */

/** @type {Slot[]} */
const SLOTS = [
  "face",
  "signature",
  ...FINGERS.map((finger) => /** @type {Slot} */ (`finger_${finger}`)),
  "iris_right",
  "iris_left",
];
/** What a clerk types; the number in the address is the version that was saved. The NIK is made up. */
const FIELDS = {
  nik: "6202162411050001",
  name: "PEMOHON CONTOH REKAMAN",
  birth_place: "SAMPIT",
  birth_date: "24-11-2005",
  sex: "1",
  blood_type: "13",
  rt: "3",
  rw: "1",
  village: "62.02.16.2004",
  religion: "1",
  marital_status: "1",
  occupation: "3",
  citizenship: "1",
};
const OPERATOR = { name: "PETUGAS CONTOH", pin: "620216" };
const ADDRESS = "JALAN TANPA SINYAL NOMOR ";
/** So many drafts lie open side by side while recording. */
const OPEN_DRAFTS = 3;
/** A sender that was cut off holds its packet for 20 s more; what waits for longer while nothing moves cannot be sent. */
const LONGEST_STANDSTILL_MS = 30_000;
const POLL_MS = 500;
/** The service worker is asked again after this: it sends what was sealed since. */
const ASK_MS = 200;
const SERVICE_WORKER = "/tests/powercut/stores/rekam-worker.mjs";
/** After a cut the first registration may be refused: the browser has just found its own database broken. */
const MOST_TRIES = 4;

const isSentByWorker = new URLSearchParams(location.search).get("sender") === "worker";
/** @type {Station} */
let station;

export async function run() {
  await init();
  const worker = new Worker("/www/lib/dist/worker.js", { type: "module" });
  station = await Station.open({ worker, ...(isSentByWorker ? { serviceWorker: await register() } : {}) });
  const answer = await tell({ type: "opened", paired: station.configuration !== null });
  if (answer.link !== undefined) {
    await station.pair(answer.link, OPERATOR);
    await tell({ type: "paired" });
  } else {
    const [operator] = (await station.lockScreen()).operators;
    if (operator) await station.unlock(operator.id, OPERATOR.pin);
  }
  const { work, patient = true } = await tell(await survey());
  await waitUntilReady(patient);
  if (work === "drain") return drain();
  await tell({ type: "working" });
  if (work === "recording") return record();
  station.addEventListener("outbox", () => void watch());
  // The sender and the clerk are at work at the same time, as they are on a tablet.
  if (work === "uploading" || work === "purging") void sendAgainAndAgain();
  for (;;) await recordAndSeal();
}

/** Everything that the station has, read through to the last byte. */
async function survey() {
  const packets = (await station.outbox()).map(({ pid, device, seq, state }) => ({ pid, device, seq, state }));
  /** @type {Draft[]} */
  let drafts;
  try {
    drafts = await station.drafts();
  } catch {
    return { type: "survey", packets, drafts: [] };
  }
  const read = [];
  for (const draft of drafts) {
    /** @type {Record<string, string>} */
    const slots = {};
    for (const { slot } of draft.captures) slots[slot] = await hashOf(draft.id, slot);
    read.push({ id: draft.id, version: versionOf(draft), slots });
  }
  return { type: "survey", packets, drafts: read };
}

/** @param {string} id @param {Slot} slot */
async function hashOf(id, slot) {
  try {
    return await sha256(await (await station.readCapture(id, slot)).arrayBuffer());
  } catch {
    return "unreadable";
  }
}

/** @param {Draft} draft */
function versionOf(draft) {
  return draft.fields["address"]?.slice(ADDRESS.length) ?? "";
}

/** Where the store says of itself whether it can be cut already, waits until it can. @param {boolean} patient */
async function waitUntilReady(patient) {
  for (;;) {
    const { journal } = await station.durability();
    await tell({ type: "durability", journal });
    if (journal !== "young" || !patient) return undefined;
    await sleep(POLL_MS);
  }
}

/**
 * One call that acknowledges something, between what the host hears.
 *
 * @template T
 * @param {{ op: string, [member: string]: unknown }} what
 * @param {() => Promise<T>} call
 * @param {(value: T) => object} [outcome]
 */
async function acknowledged(what, call, outcome = () => ({})) {
  await tell({ type: "begin", ...what });
  const value = await call();
  await tell({ type: "done", ...what, ...outcome(value) });
  return value;
}

/** @returns {Promise<Draft>} */
async function freshDraft() {
  return acknowledged(
    { op: "create" },
    () => station.createDraft("ktp_first"),
    ({ id }) => ({ draft: id }),
  );
}

/** @param {Draft} draft */
async function save(draft) {
  const version = `${Date.now()}-${below(1_000)}`;
  Object.assign(draft.fields, FIELDS, { address: `${ADDRESS}${version}` });
  if ("attachments" in draft) draft.attachments = ["family_card"];
  draft.photoApproved = true;
  await acknowledged({ op: "save", draft: draft.id, version }, () => station.saveDraft(draft));
}

/** @param {Draft} draft @param {Slot} slot @param {number} [share] of a packet; a photo is some three tenths of it */
async function capture(draft, slot, share = slot === "face" ? 0.3 : 0.7 / (SLOTS.length - 1)) {
  const bytes = randomBytes(Math.ceil(SIZE_BYTES * share));
  const type = slot === "face" ? "image/jpeg" : slot === "signature" ? "image/png" : "image/jp2";
  const what = { op: "capture", draft: draft.id, slot, sha256: await sha256(bytes) };
  const kept = await acknowledged(what, () => station.capture(draft.id, slot, new Blob([bytes], { type })));
  draft.captures = [...draft.captures.filter((other) => other.slot !== slot), kept];
}

/** @param {Draft} draft */
function missingSlots(draft) {
  const excepted = draft.exceptions.map(({ slot }) => slot);
  const filled = draft.captures.map(({ slot }) => slot);
  return SLOTS.filter((slot) => !filled.includes(slot) && !excepted.includes(slot));
}

/** @param {Draft} draft */
async function seal(draft) {
  for (const slot of missingSlots(draft)) await capture(draft, slot);
  await save(draft);
  const call = () => station.seal(draft.id);
  await acknowledged({ op: "seal", draft: draft.id }, call, ({ pid, device, seq }) => ({ pid, device, seq }));
}

/** An applicant in as few calls as there can be, so that many packets are sealed before the power goes. */
async function recordAndSeal() {
  const draft = await freshDraft();
  const [face, signature, ...others] = /** @type {[Slot, Slot, ...Slot[]]} */ (SLOTS);
  draft.exceptions = others.map((slot) => ({ slot, kind: "permanent", reason: "uji listrik mati" }));
  await save(draft);
  await capture(draft, face, 0.95);
  await capture(draft, signature, 0.05);
  await seal(draft);
}

/** Several drafts side by side: some go on, some change, one is sealed now and then, one is discarded. */
async function record() {
  const open = await station.drafts();
  for (;;) {
    while (open.length < OPEN_DRAFTS) open.push(await freshDraft());
    const at = below(open.length);
    const draft = /** @type {Draft} */ (open[at]);
    const [missing] = missingSlots(draft);
    const dice = below(40);
    if (dice === 0) {
      await acknowledged({ op: "discard", draft: draft.id }, () => station.discard(draft.id));
      open.splice(at, 1);
    } else if (dice < 15) await save(draft);
    else if (missing) await capture(draft, missing);
    else if (dice < 25) await capture(draft, /** @type {Slot} */ (SLOTS[below(SLOTS.length)]));
    else {
      await seal(draft);
      open.splice(at, 1);
    }
  }
}

async function register() {
  for (let tries = 1; ; tries += 1) {
    try {
      await navigator.serviceWorker.register(SERVICE_WORKER, { type: "module", scope: "/" });
      return await navigator.serviceWorker.ready;
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      await sleep(1_000);
    }
  }
}

async function sendAgainAndAgain() {
  for (;;) {
    await station
      .sync()
      .catch((/** @type {unknown} */ error) => tell({ type: "remark", reason: `sync: ${String(error)}` }));
    await sleep(isSentByWorker ? ASK_MS : 20);
  }
}

/** What a sender does shows in the outbox: a receipt has come, and the packet is erased next. @type {Map<PacketState, string>} */
const SHOWN = new Map([
  ["sending", "upload"],
  ["receipted", "purge"],
]);
/** @type {Set<string>} */
const underWay = new Set();

/** Tells when sending and purging begin and end. */
async function watch() {
  const states = new Set((await station.outbox()).map(({ state }) => state));
  for (const [state, op] of SHOWN) {
    if (states.has(state) === underWay.has(op)) continue;
    if (underWay.delete(op)) await tell({ type: "ended", op });
    else {
      underWay.add(op);
      await tell({ type: "begin", op });
    }
  }
}

/** Sends all that there is, a packet that was refused once more too, and says what stayed. */
async function drain() {
  const stays = (/** @type {import("rekam").Packet} */ { state }) => state !== "purged" && state !== "receipted";
  for (const { pid, state } of await station.outbox()) if (state === "refused") await station.retry(pid);
  // By its last run, which takes as long as its queue, the sender may have left out a packet that was held when it began.
  let left = Infinity;
  for (let until = Date.now() + LONGEST_STANDSTILL_MS; left > 0 && Date.now() < until; await sleep(POLL_MS)) {
    await station.sync();
    const waiting = (await station.outbox()).filter(stays).length;
    if (waiting < left) until = Date.now() + LONGEST_STANDSTILL_MS;
    left = waiting;
  }
  const packets = (await station.outbox()).map(({ pid, seq, state, reason }) => ({ pid, seq, state, reason }));
  await tell({ type: "drained", packets });
}
