/** The shapes that the package hands out and takes. */

/** What an applicant can ask for (F-1.02, part II). */
export const SERVICES = [
  "ktp_first",
  "ktp_lost_damaged",
  "ktp_moved_in",
  "ktp_changed_element",
  "kk_new_family",
  "kk_change_of_head",
  "kk_split",
  "kk_moved_in",
  "kk_member_added",
  "kk_member_removed",
  "kk_lost_damaged",
  "kia",
] as const;
export type Service = (typeof SERVICES)[number];

/** The ten fingers, in the order in which a packet lists them. */
export const FINGERS = [
  "right_thumb",
  "right_index",
  "right_middle",
  "right_ring",
  "right_little",
  "left_thumb",
  "left_index",
  "left_middle",
  "left_ring",
  "left_little",
] as const;
export type Finger = (typeof FINGERS)[number];

/** The places that a capture can fill. */
export type Slot = "face" | "signature" | `finger_${Finger}` | "iris_right" | "iris_left";

/** A biometric that cannot be taken, and why. */
export interface BiometricException {
  slot: Slot;
  kind: "temporary" | "permanent";
  reason: string;
}

/** A finding that the clerk answers for, with the reason in their words. */
export interface Override {
  /** The field, without the member's place. */
  field: string;
  /** The code of the finding. */
  code: string;
  reason: string;
}

/** One member of the family. */
export interface Member {
  /** Names the row while it is moved about; any unique text. */
  id: string;
  /** Field name to what was typed; see {@link Form.members}. */
  fields: Record<string, string>;
  overrides: Override[];
}

/** One capture of a draft. The bytes stay encrypted in the store. */
export interface Capture {
  slot: Slot;
  mediaType: string;
  /** Bytes. */
  length: number;
  /** SHA-256 of the bytes, base64url. */
  sha256: string;
  /** Milliseconds since 1970. */
  capturedAt: number;
  /** The id of the operator who captured it. */
  by?: string;
}

/** What was typed and captured so far: untrusted, kept encrypted, may be incomplete. */
export interface Draft {
  id: string;
  service: Service;
  /** Field name to what was typed; see {@link Form.sections} for the names. */
  fields: Record<string, string>;
  /** The members of the family, in the order of the form; empty where no family is asked for. */
  members: Member[];
  /** The names of the papers that were shown; see {@link Form.attachments}. */
  attachments: string[];
  /** Findings of the application that the clerk answers for. */
  overrides: Override[];
  photoApproved: boolean;
  exceptions: BiometricException[];
  captures: Capture[];
  /** Milliseconds since 1970. */
  savedAt: number;
}

/** Something that the clerk can mend, or should look at. */
export interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  /** The path of the field (`nik`, `members.2.nik`), a slot, an attachment, `members` or `biometrics`. */
  field: string;
  /**
   * `allowed`: it stays an error until the clerk writes a reason, as an {@link Override}. `given`: a reason is written,
   * and it weighs as a warning.
   */
  override?: "allowed" | "given";
}

/** A parsed value: text, the number of a code, a date as `YYYY-MM-DD`. */
export type Value = string | number;

/** What may be meant by a field that is empty, as one would type it. */
export interface Suggestion {
  /** The path of the field. */
  field: string;
  value: string;
}

/** All that the rules say of a draft. */
export interface Examination {
  /** Every finding, errors first. */
  findings: Finding[];
  /** What would be sealed of the application, of what is sound. */
  values: Record<string, Value>;
  /** What would be sealed of each member. */
  members: Record<string, Value>[];
  /** The paths of the fields that are not asked for as things stand. */
  skipped: string[];
  /** The papers that are asked for as things stand. */
  attachments: string[];
  /** The captures that are asked for as things stand: no face of the smallest children. */
  captures: Slot[];
  /** Sex and birth date out of a NIK, where they are empty. */
  suggestions: Suggestion[];
  /** Absent until birth date and marital status are known. */
  eligibility?: "record_and_print" | "record_only" | "child_card";
  /** Absent until the birth date is known. */
  photoBackground?: "red" | "blue" | "orange";
}

/** One entry of a code list. */
export interface Code {
  code: number;
  label: string;
  /** How well the source is known, when it is not from two independent ones. */
  confidence?: string;
}

/** A versioned code list. */
export interface CodeList {
  name: string;
  version: string;
  codes: Code[];
}

/** How a field is typed and checked. */
export type FieldKind =
  | "nik"
  | "kk_number"
  | "name"
  | "known_name"
  | "text"
  | "birth_date"
  | "date"
  | "code"
  | "presence"
  | "count"
  | "phone"
  | "email"
  | "rt"
  | "rw"
  | "village"
  | "postcode";

/** What another field must hold. */
export interface Condition {
  /** The other field, of the same person or of the application. */
  field: string;
  /** What it holds, as typed; anything when this is absent. */
  in?: string[];
}

/** One field of a form. */
export interface Field {
  name: string;
  kind: FieldKind;
  /** Whether it must be filled when it is asked for. */
  required?: boolean;
  /** The name of the code list of a `code` field. */
  list?: string;
  /** When it is asked for; always without it. {@link Examination.skipped} has the outcome. */
  when?: Condition;
}

/** Fields that stand together. */
export interface Section {
  name: string;
  fields: Field[];
}

/** A paper that the applicant shows. */
export interface Attachment {
  name: string;
  required?: boolean;
  when?: Condition;
}

/** What a service asks for. */
export interface Form {
  service: Service;
  /** Named in every packet that was made with it. */
  version: string;
  /** The card that only some ages may ask for. */
  eligible?: "ktp" | "kia";
  /** The fields of the application, in the order of the screen. */
  sections: Section[];
  /** The fields of each member of the family; empty where no family is asked for. */
  members: Field[];
  attachments: Attachment[];
  captures: Slot[];
  /** The age in years from which a photo is asked for. */
  photoFromYears: number;
}

/** What an operator may do: a supervisor adds and removes operators and gives them new PINs. */
export type Role = "operator" | "supervisor";

/** Somebody who may use the tablet. */
export interface Operator {
  id: string;
  /** As the lock screen shows it. */
  name: string;
  role: Role;
}

/** The name and PIN of an operator to be. */
export interface NewOperator {
  name: string;
  /** 6 to 32 digits, none that everybody tries first. */
  pin: string;
}

/** What is shown while the tablet is locked. */
export interface LockScreen {
  operators: (Operator & {
    /** What is left of a lock-out, in milliseconds; it passes while the app is open. */
    lockedFor: number;
  })[];
  /** The id of the operator who unlocked this page. */
  unlocked: string | null;
  /** Whether the registry has a code that opens the tablet. */
  recoverable: boolean;
}

/** Where a packet stands. `refused` needs a person. */
export type PacketState = "stored" | "sending" | "receipted" | "purged" | "refused";

/** A sealed packet as the outbox shows it. Nothing in it tells who the applicant is. */
export interface Packet {
  pid: string;
  /** Thumbprint of the device key that signed it; each key has a chain of its own. */
  device: string;
  seq: number;
  service: Service;
  state: PacketState;
  /** Milliseconds since 1970. */
  sealedAt: number;
  /** Bytes of ciphertext. */
  length: number;
  /** Bytes that the registry has acknowledged. */
  sent: number;
  /** Milliseconds since 1970, by the registry's clock. */
  receiptedAt?: number;
  /** The registry's word for it, from the newest receipt: `RECEIVED`, or a word of the population register. */
  status?: string;
  /** What the status asks of the clerk. */
  work?: Work;
  /** The code of the last failure, or of the refusal. */
  reason?: string;
}

/** What is left to do: ask the applicant in once more, or find out which of two records is right. */
export type Work = "record_again" | "clear_up";

/** A word of the population register. */
export interface StatusWord {
  word: string;
  /** As the register shows it, in Indonesian. */
  label: string;
  work?: Work;
}

/** A packet of somebody who was recorded on this tablet before; it may be sent and erased long since. */
export type Recorded = Pick<Packet, "pid" | "seq" | "service" | "sealedAt" | "state">;

/** The station's configuration, as signed by the registry. */
export interface StationConfiguration {
  site: string;
  siteName: string;
  endpoint: string;
  policy: { inactivityLimitDays: number; graceSeconds: number };
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Whether what is said to be saved survives a power cut, and what is missing. */
export interface Durability {
  /**
   * What is kept beside the database. `young`: a cut now could take it along; `missing`: the browser has no place for
   * it, and the database alone may lose what was saved last, or all.
   */
  journal: "ready" | "young" | "missing";
  /** Milliseconds until it is `ready`, while it is `young`. */
  safeInMillis?: number;
  /** Sequence numbers of packets that cannot be restored: they are to be recorded again. */
  lost: number[];
}

/** The registry answered. */
export interface Contacted {
  /** Its clock, milliseconds since 1970. */
  serverTime: number;
  /** What the tablet's clock is ahead of it, in seconds; null when it is less than five minutes. */
  clockError: number | null;
}

/** The answer of a probe: the registry was reached and proved it, or what stood in the way. */
export type Link = ({ online: true } & Contacted) | { online: false; code: string };

/** Why nothing is sent although something waits: the clerk wanted it so. */
export type Hold = "paused" | "metered" | "window";

/** When packets may go. */
export interface LinkSettings {
  /** Nothing is sent until a person says so. */
  paused: boolean;
  /** Nothing is sent over links that are paid by the byte, where the browser tells. */
  spareMetered: boolean;
  /** The time of day in minutes after midnight, over midnight where it ends before it begins; null for any time. */
  window: { from: number; to: number } | null;
}

/** What is known of the link without asking anybody. */
export interface LinkFacts {
  settings: LinkSettings;
  /** Bytes per second that were acknowledged lately; 0 when it is not known. */
  rate: number;
  /** When the registry was heard last, by its own clock, milliseconds since 1970. */
  heard: number | null;
  /** What went wrong lately, the latest last. */
  failures: LinkFailure[];
}

/** A failure on the link, or several alike in a row. */
export interface LinkFailure {
  /** The last time, milliseconds since 1970 by the tablet's clock. */
  at: number;
  code: string;
  /** The packet that was on its way. */
  pid: string | null;
  /** How often in a row. */
  times: number;
}
