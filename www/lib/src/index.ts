// Contract first; the bodies follow.
import type { BiometricException, Capture, CodeList, Draft, Finding, Form, Link, Packet, Service, Slot, StationConfiguration } from "./types.js";
export * from "./types.js";

/** Loads the WebAssembly module once; every other call needs it. `url` is where `rekam_bg.wasm` is served. */
export declare function init(url?: string | URL): Promise<void>;
/** What a service asks for. */
export declare function form(service: Service): Form;
/** A code list by name. */
export declare function codeList(name: string): CodeList;
/** All findings of a draft on that day (`YYYY-MM-DD`), at once and synchronously. */
export declare function check(draft: Draft, today: string): Finding[];
/** The sentence for a finding or an error code: what is wrong and what to do. */
export declare function message(code: string, language?: "id" | "en"): string;

/** A failed step. `code` is stable; see the list in README. Compare `code`, not the class. */
export declare class RekamError extends Error {
  readonly code: string;
  readonly step: string;
  readonly retryable: boolean;
}

export interface OpenOptions {
  /** Name of the database; for tests and for pages that hold several stations. */
  name?: string;
  /** The dedicated worker, made by the app so that its bundler sees it: `new Worker(new URL("rekam/worker", import.meta.url), { type: "module" })`. */
  worker: Worker;
  /** The registration of the service worker that sends; without it the page's worker sends. */
  serviceWorker?: ServiceWorkerRegistration;
}

/** One tablet at one site. Everything it holds is encrypted before it is written. */
export declare class Station extends EventTarget {
  static open(options: OpenOptions): Promise<Station>;
  /** Null until the tablet is paired. */
  readonly configuration: StationConfiguration | null;
  /** Pairs with the link `<endpoint>/#pair=…`. Errors: `station_*`, `upload_*`. */
  pair(link: string): Promise<StationConfiguration>;
  createDraft(service: Service): Promise<Draft>;
  drafts(): Promise<Draft[]>;
  /** Saves fields, approval and exceptions (captures are saved by `capture`). Resolves with the time when it is durable. */
  saveDraft(draft: Draft): Promise<number>;
  /** Keeps a capture, encrypted; replaces an earlier one of that slot. */
  capture(draftId: string, slot: Slot, bytes: Blob): Promise<Capture>;
  /** Decrypts a capture of a draft, to show it. */
  readCapture(draftId: string, slot: Slot): Promise<Blob>;
  removeCapture(draftId: string, slot: Slot): Promise<void>;
  /** Erases a draft and its captures. */
  discard(draftId: string): Promise<void>;
  /** Validates, seals and stores; the draft is erased in the same commit. Resolves only when it is durable. Rejects with `validate_findings` while there are errors. */
  seal(draftId: string): Promise<Packet>;
  /** Every packet, newest first. */
  outbox(): Promise<Packet[]>;
  /** Asks the registry for a signed answer. */
  probe(): Promise<Link>;
  /** Wakes the service worker to send what waits. Resolves when it was asked, not when it is done. */
  sync(): Promise<void>;
  close(): Promise<void>;
  /** "outbox": a packet changed its state or its progress, here or in another realm. */
  addEventListener(type: "outbox", listener: (event: Event) => void): void;
}
export type { BiometricException };
