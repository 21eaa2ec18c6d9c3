/** The shapes that the package hands out and takes. */

/** What the applicant asks for. */
export type Service = "ktp_first";

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
}

/** What was typed and captured so far: untrusted, kept encrypted, may be incomplete. */
export interface Draft {
  id: string;
  service: Service;
  /** Field name to what was typed; see {@link Form.fields} for the names. */
  fields: Record<string, string>;
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
  /** The field, or `biometrics`, or a slot. */
  field: string;
}

/** One entry of a code list. */
export interface Code {
  code: number;
  label: string;
}

/** A versioned code list. */
export interface CodeList {
  name: string;
  version: string;
  codes: Code[];
}

/** How a field is typed and checked. */
export type FieldKind = "nik" | "name" | "text" | "date" | "code" | "rt" | "rw" | "village";

/** One field of a form. */
export interface Field {
  name: string;
  kind: FieldKind;
  required: boolean;
  /** The name of the code list of a `code` field. */
  list?: string;
}

/** What a service asks for. */
export interface Form {
  service: Service;
  /** Named in every packet that was made with it. */
  version: string;
  fields: Field[];
  captures: Slot[];
}

/** Where a packet stands. `refused` needs a person. */
export type PacketState = "stored" | "sending" | "receipted" | "purged" | "refused";

/** A sealed packet as the outbox shows it. Nothing in it tells who the applicant is. */
export interface Packet {
  pid: string;
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
  /** The registry's word for it, from the newest receipt. */
  status?: string;
  /** The code of the last failure, or of the refusal. */
  reason?: string;
}

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

/** The answer of a probe: the registry was reached and proved it, or what stood in the way. */
export type Link = { online: true; serverTime: number } | { online: false; code: string };
