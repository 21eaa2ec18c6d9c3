// The station as a page sees it: calls go to the dedicated worker, sending to the service worker.
import { Calls } from "./calls.js";
import { codeOf } from "./errors.js";
import { loadRegions, type ProvinceRegions } from "./rules.js";
import { DEFAULT_NAME } from "./station-core.js";
import { syncTag, type SyncMessage } from "./sync-words.js";
import type {
  Capture,
  Contacted,
  Draft,
  Durability,
  Link,
  LinkFacts,
  LinkSettings,
  LockScreen,
  NewOperator,
  Operator,
  Packet,
  Recorded,
  Role,
  Service,
  Slot,
  StationConfiguration,
} from "./types.js";
import { wasmUrl } from "./wasm.js";
import type { Method } from "./worker.js";

/** How to open a station. */
export interface OpenOptions {
  /** The dedicated worker, made by the app so that its bundler sees it. */
  worker: Worker;
  /** Name of the database; for tests, and for pages that hold several stations. */
  name?: string;
  /** Takes the station over from another tab that has it open. */
  takeover?: boolean;
  /** The registration of the service worker that sends; without it the dedicated worker sends. */
  serviceWorker?: ServiceWorkerRegistration;
}

/** One-shot Background Sync, which lib.dom lacks and Firefox and Safari too. */
interface WithBackgroundSync {
  sync?: { register(tag: string): Promise<void> };
}

/**
 * One tablet at one site. Everything it holds is encrypted before it is written.
 *
 * Dispatches `outbox` when a packet changed its state or its progress, here or in another page or worker, and `taken`
 * when a call fails because another tab has taken the station over.
 */
export class Station extends EventTarget {
  readonly #calls: Calls;
  readonly #name: string;
  readonly #serviceWorker: ServiceWorkerRegistration | undefined;
  readonly #changes: BroadcastChannel;
  #configuration: StationConfiguration | null;

  private constructor(calls: Calls, options: OpenOptions, configuration: StationConfiguration | null) {
    super();
    this.#calls = calls;
    this.#name = options.name ?? DEFAULT_NAME;
    this.#serviceWorker = options.serviceWorker;
    this.#configuration = configuration;
    this.#changes = new BroadcastChannel(this.#name);
    this.#changes.addEventListener("message", () => this.dispatchEvent(new Event("outbox")));
  }

  /**
   * Opens the station. `init()` must have resolved. One tab at a time has it: another gets `store_in_use`, or takes it
   * over. Errors: `store_in_use`, `store_unavailable`, `station_configuration_*`.
   */
  static async open(options: OpenOptions): Promise<Station> {
    const calls = new Calls(options.worker);
    const open = { name: options.name ?? DEFAULT_NAME, wasm: wasmUrl(), takeover: options.takeover ?? false };
    return new Station(calls, options, await calls.send<StationConfiguration | null>({ open }));
  }

  /** Null until the tablet is paired. */
  get configuration(): StationConfiguration | null {
    return this.#configuration;
  }

  /**
   * Pairs with the link `<endpoint>/#pair=…`. A tablet without operators gets its first, a supervisor, who has unlocked
   * it from then on. Errors: `station_*`, `operator_pin_*`, `operator_name_required`, `upload_*`.
   */
  async pair(link: string, first: NewOperator): Promise<StationConfiguration> {
    this.#configuration = await this.#call<StationConfiguration>("pair", link, first);
    return this.#configuration;
  }

  /** The operators, what is left of their lock-outs, and who unlocked this page. */
  lockScreen(): Promise<LockScreen> {
    return this.#call("lockScreen");
  }

  /**
   * Unlocks this page: from now on drafts can be read and written. Takes half a second. After five wrong PINs the operator
   * is locked out for a minute, then longer. Errors: `operator_pin_wrong`, `operator_locked_out`, `operator_unknown`.
   */
  unlock(id: string, pin: string): Promise<Operator> {
    return this.#call("unlock", id, pin);
  }

  /** Locks this page. Save the draft first; sealed packets are sent all the same. */
  lock(): Promise<void> {
    return this.#call("lock");
  }

  /** Adds an operator; only a supervisor may. Errors: `operator_not_supervisor`, `operator_pin_*`, `operator_name_required`. */
  addOperator(operator: NewOperator, role: Role): Promise<Operator> {
    return this.#call("addOperator", operator, role);
  }

  /** Gives an operator a new PIN: a supervisor to anybody, everybody to themselves. Errors: as {@link addOperator}. */
  resetPin(id: string, pin: string): Promise<void> {
    return this.#call("resetPin", id, pin);
  }

  /**
   * Changes what an operator may do, without a new PIN; only a supervisor may. Errors: `operator_not_supervisor`,
   * `operator_last_supervisor`.
   */
  setRole(id: string, role: Role): Promise<void> {
    return this.#call("setRole", id, role);
  }

  /** Removes an operator; only a supervisor may. Errors: `operator_not_supervisor`, `operator_last_supervisor`. */
  removeOperator(id: string): Promise<void> {
    return this.#call("removeOperator", id);
  }

  /**
   * Opens the tablet with the registry's recovery code when a PIN is forgotten and nobody can reset it, and gives the
   * operator a new one. Errors: `operator_recovery_*`, `operator_pin_*`.
   */
  recover(code: string, id: string, pin: string): Promise<Operator> {
    return this.#call("recover", code, id, pin);
  }

  /** Makes the villages of a province known to the rules, here and where packets are sealed. */
  async loadRegions(province: ProvinceRegions): Promise<void> {
    loadRegions(province);
    await this.#call("loadRegions", province);
  }

  /** Whether what is saved now survives a power cut, and which packets are lost. */
  durability(): Promise<Durability> {
    return this.#call("durability");
  }

  /** Begins a draft. */
  createDraft(service: Service): Promise<Draft> {
    return this.#call("createDraft", service);
  }

  /** Every draft, the one saved last first. */
  drafts(): Promise<Draft[]> {
    return this.#call("drafts");
  }

  /**
   * Saves fields, approval and exceptions; captures are saved by {@link capture}. Resolves with the time when it is
   * durable. Errors: `draft_unknown` when it was sealed or discarded meanwhile.
   */
  saveDraft(draft: Draft): Promise<number> {
    return this.#call("saveDraft", draft);
  }

  /** Keeps a capture, encrypted; replaces an earlier one of that slot. Errors: `draft_capture_*`. */
  capture(draftId: string, slot: Slot, bytes: Blob): Promise<Capture> {
    return this.#call("capture", draftId, slot, bytes);
  }

  /** Decrypts a capture of a draft, to show it. */
  readCapture(draftId: string, slot: Slot): Promise<Blob> {
    return this.#call("readCapture", draftId, slot);
  }

  /** Empties a slot. */
  removeCapture(draftId: string, slot: Slot): Promise<void> {
    return this.#call("removeCapture", draftId, slot);
  }

  /** Erases a draft and its captures. */
  discard(draftId: string): Promise<void> {
    return this.#call("discard", draftId);
  }

  /**
   * Validates, seals and stores; the draft is erased in the same commit. Resolves only when it is durable.
   * Errors: `validate_findings` while there are errors, `draft_*`, `seal_*`, `store_*`.
   *
   * @param today - The day of recording where the tablet is, `YYYY-MM-DD`.
   */
  async seal(draftId: string, today: string = localDay(new Date())): Promise<Packet> {
    const packet = await this.#call<Packet>("seal", draftId, today);
    // From here on it may go even if the page is closed.
    this.#registerBackgroundSync();
    return packet;
  }

  /**
   * What was sealed on this tablet for the person with this NIK, oldest first: a hint, and no bar. Packets that were
   * sealed before this version are not found. Errors: `operator_locked`.
   */
  recordedBefore(nik: string): Promise<Recorded[]> {
    return this.#call("recordedBefore", nik);
  }

  /** Every packet, newest first. */
  outbox(): Promise<Packet[]> {
    return this.#call("outbox");
  }

  /** Puts a refused packet back into the queue. */
  retry(pid: string): Promise<void> {
    return this.#call("retry", pid);
  }

  /** Asks the registry for a signed answer. */
  async probe(): Promise<Link> {
    try {
      return { online: true, ...(await this.#call<Contacted>("probe")) };
    } catch (error) {
      return { online: false, code: codeOf(error) };
    }
  }

  /** What is known of the link without asking anybody. */
  linkFacts(): Promise<LinkFacts> {
    return this.#call("link");
  }

  /** Changes when packets may go, from the next request on. Errors: `upload_window_malformed`. */
  setLinkSettings(settings: LinkSettings): Promise<void> {
    return this.#call("setLinkSettings", settings);
  }

  /**
   * Wakes the service worker to send what waits. Resolves when it was asked, not when it is done.
   *
   * @param options.now - Because a person says so: whatever the time of day and the price of the link.
   */
  async sync({ now = false } = {}): Promise<void> {
    this.#registerBackgroundSync();
    const active = this.#serviceWorker?.active;
    if (active) active.postMessage({ rekam: "sync", name: this.#name, now } satisfies SyncMessage);
    else await this.#call("sync", now);
  }

  /** Ends the worker. The station cannot be used after it. */
  async close(): Promise<void> {
    this.#changes.close();
    await this.#calls.send({ close: true });
    this.#calls.end();
  }

  /** Nobody waits for it: Chromium answers only when a sync of that tag that is running has ended. */
  #registerBackgroundSync(): void {
    const sync = (this.#serviceWorker as WithBackgroundSync | undefined)?.sync;
    // Refused by the user's settings: the page sends when it is open.
    sync?.register(syncTag(this.#name)).catch(() => undefined);
  }

  async #call<T>(method: Method, ...args: unknown[]): Promise<T> {
    try {
      return await this.#calls.send<T>({ method, args });
    } catch (error) {
      if (codeOf(error) === "store_in_use") this.dispatchEvent(new Event("taken"));
      throw error;
    }
  }
}

/** The calendar day where the tablet is. */
export function localDay(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
