// @ts-check
/**
 * A case of a file of rule vectors (`tests/vectors/rules.json` has the schema), judged by the package: as a draft of which
 * only what the case gives is looked at.
 */

/**
 * @typedef {import("../../www/lib/dist/index.js").Draft} Draft
 * @typedef {import("../../www/lib/dist/index.js").Slot} Slot
 * @typedef {import("../../www/lib/dist/index.js").Examination} Examination
 * @typedef {import("../../www/lib/dist/index.js").BiometricException} BiometricException
 * @typedef {Record<string, unknown>} Json
 * @typedef {{ id: string, kind: string, input: unknown, context?: Json, expect: { level: string, codes: string[] } }} Case
 * @typedef {(draft: Draft, today: string, extent: "given") => Examination} Examine
 * @typedef {(district: string) => string} VillageOf a village of a six-digit district code
 */

/** Stands for a name that the register has: whose NIK is known. */
const KNOWN_NIK = "6202062411090001";
/** F-1.01 has six words for the marital status, the card four. */
const CARD_STATUS = { 1: "1", 2: "2", 3: "2", 4: "3", 5: "3", 6: "4" };
const FINGERS = ["thumb", "index", "middle", "ring", "little"];
const OF_FAMILY = new Set(["name", "family", "marriage", "member"]);

/**
 * What came out otherwise than expected; empty when all is well.
 * @param {Case} one @param {string} referenceDate @param {Examine} examine @param {VillageOf} villageOf @returns {string[]}
 */
export function judge(one, referenceDate, examine, villageOf) {
  const context = one.context ?? {};
  const seen = examine(
    draftOf(one.kind, one.input, context, villageOf),
    text(context["today"] ?? referenceDate),
    "given",
  );
  const codes = [...new Set(seen.findings.map(({ code }) => code))].sort();
  const level =
    ["error", "warning", "info"].find((word) => seen.findings.some(({ severity }) => severity === word)) ?? "ok";
  const expected = [...new Set(one.expect.codes)].sort();
  const mismatches = [];
  if (level !== one.expect.level) mismatches.push(`level ${level}, expected ${one.expect.level}`);
  if (codes.join() !== expected.join())
    mismatches.push(`codes [${codes.join(", ")}], expected [${expected.join(", ")}]`);
  if (context["result"] !== undefined) {
    const result = one.kind === "photo_background" ? seen.photoBackground : seen.eligibility;
    if (result !== context["result"])
      mismatches.push(`result ${result ?? "none"}, expected ${text(context["result"])}`);
  }
  const { normalized } = context;
  if (normalized !== undefined) {
    const fields = typeof normalized === "object" && normalized !== null ? normalized : { [one.kind]: normalized };
    for (const [field, value] of Object.entries(fields)) {
      const found = seen.values[field] ?? seen.members[0]?.[field];
      if (String(found) !== String(value)) mismatches.push(`${field} is not normalized as expected`);
    }
  }
  return mismatches;
}

/** @param {string} kind @param {unknown} input @param {Json} context @param {VillageOf} villageOf @returns {Draft} */
function draftOf(kind, input, context, villageOf) {
  const draft = emptyDraft(OF_FAMILY.has(kind) ? "kk_new_family" : "ktp_first");
  const given = isObject(input) ? input : {};
  draft.fields = fieldsOf(context, villageOf);
  switch (kind) {
    case "ktp_eligibility":
    case "photo_background":
      draft.fields["birth_date"] = typedDay(input);
      if (context["marital_status"] !== undefined)
        draft.fields["marital_status"] =
          /** @type {Record<string, string>} */ (CARD_STATUS)[text(context["marital_status"])] ?? "";
      break;
    case "biometrics":
      addBiometrics(draft, given);
      break;
    case "name":
      draft.members = [memberOf({ name: text(input), ...(context["existing"] === true ? { nik: KNOWN_NIK } : {}) })];
      break;
    case "marriage":
    case "member":
      draft.members = [memberOf(fieldsOf(given, villageOf))];
      break;
    case "family": {
      Object.assign(draft.fields, fieldsOf(given, villageOf));
      const members = Array.isArray(given["members"]) ? given["members"] : [];
      draft.members = members.map((member) => memberOf(fieldsOf(isObject(member) ? member : {}, villageOf)));
      break;
    }
    default:
      // Every other kind is a field of its own name, or a handful of fields.
      if (isObject(input)) Object.assign(draft.fields, fieldsOf(input, villageOf));
      else draft.fields[kind] = text(input);
  }
  return draft;
}

/** @param {Draft["service"]} service @returns {Draft} */
function emptyDraft(service) {
  return {
    id: "case",
    service,
    fields: {},
    members: [],
    attachments: [],
    overrides: [],
    photoApproved: false,
    exceptions: [],
    captures: [],
    savedAt: 0,
  };
}

/** The members of an object that are fields, as a clerk types them. @param {Json} object @param {VillageOf} villageOf */
function fieldsOf(object, villageOf) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const [name, value] of Object.entries(object)) {
    if (name === "sex") fields["sex"] = value === "P" ? "2" : "1";
    else if (name === "citizenship") fields["citizenship"] = value === "WNA" ? "2" : "1";
    else if (name === "domicile") fields["village"] = villageOf(text(value));
    else if (name.endsWith("_date")) fields[name] = typedDay(value);
    else if (typeof value === "string" || typeof value === "number") fields[name] = String(value);
  }
  return fields;
}

/** @param {Record<string, string>} fields */
function memberOf(fields) {
  return { id: "m", fields, overrides: [] };
}

/** As many captures of each kind as the case says; what it does not say is complete. @param {Draft} draft @param {Json} input */
function addBiometrics(draft, input) {
  const exceptions = Array.isArray(input["exceptions"]) ? input["exceptions"] : [];
  draft.exceptions = exceptions.map(exceptionOf);
  const fingers = ["right", "left"].flatMap((hand) =>
    FINGERS.map((finger) => /** @type {Slot} */ (`finger_${hand}_${finger}`)),
  );
  take(["face"], input["photos"]);
  take(["signature"], input["signatures"]);
  take(fingers, input["fingers"]);
  take(["iris_right", "iris_left"], input["irises"]);
  draft.photoApproved = input["photo_approved"] !== false;

  /** @param {Slot[]} slots @param {unknown} count */
  function take(slots, count) {
    const free = slots.filter((slot) => !draft.exceptions.some((exception) => exception.slot === slot));
    for (const slot of typeof count === "number" ? free.slice(0, count) : free)
      draft.captures.push({ slot, mediaType: "image/jp2", length: 1, sha256: "A".repeat(43), capturedAt: 0 });
  }
}

/** `Right LittleFinger`, which has its reason, or an object with one of its own. @param {unknown} value @returns {BiometricException} */
function exceptionOf(value) {
  const given = isObject(value) ? value : { slot: value, reason: "diamputasi" };
  const place = text(given["slot"] ?? given["position"] ?? given["finger"]).toLowerCase();
  const side = place.includes("left") ? "left" : "right";
  const finger = FINGERS.find((name) => place.includes(name));
  return {
    slot: /** @type {Slot} */ (finger ? `finger_${side}_${finger}` : `iris_${side}`),
    kind: given["kind"] === "temporary" ? "temporary" : "permanent",
    reason: text(given["reason"] ?? ""),
  };
}

/** A day as a clerk types it. @param {unknown} day */
function typedDay(day) {
  return text(day).replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3-$2-$1");
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param {unknown} value @returns {value is Json} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
