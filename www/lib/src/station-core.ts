// A station in this realm, in the shapes of the package: what the dedicated worker and the service worker run.
import type { Station as Core } from "../pkg/rekam.js";
import type {
  Capture,
  Contacted,
  Draft,
  Durability,
  Hold,
  LinkFacts,
  LinkSettings,
  LockScreen,
  NewOperator,
  Operator,
  Packet,
  PacketState,
  Recorded,
  Role,
  Service,
  Slot,
  StationConfiguration,
} from "./types.js";
import { loadRegions, statusWord, type ProvinceRegions } from "./rules.js";
import { wasm } from "./wasm.js";

/** Name of the database where none is given. */
export const DEFAULT_NAME = "rekam";

/** What a run of the sender came to. */
export interface SyncReport {
  receipted: number;
  waiting: number;
  /** Milliseconds until the next try is worth it; null when nothing waits, or only for a person. */
  retryIn: number | null;
  /** Why nothing is sent although something waits, where the clerk wanted it so. */
  held: Hold | null;
}

interface Claims {
  site: string;
  site_name: string;
  endpoint: string;
  policy: { inactivity_limit_days: number; grace_seconds: number };
  exp: number;
}

interface CoreCapture {
  mediaType: string;
  pieces: Uint8Array<ArrayBuffer>[];
}

interface CoreRecord {
  pid: string;
  manifest: string;
  seq: number;
  service: Service;
  state: PacketState;
  sealed_at: number;
  length: number;
  sent: number;
  receipted_at: number | null;
  status: string | null;
  reason: string | null;
}

/** One station, without a page: every method is one call of the core. */
export class StationCore {
  readonly #core: Core;

  private constructor(core: Core) {
    this.#core = core;
  }

  /** Opens the database; with `journal`, which a dedicated worker can have, the second copy beside it too. */
  static async open(name: string, { journal = false, takeover = false } = {}): Promise<StationCore> {
    return new StationCore(await wasm().Station.open(name, journal, takeover));
  }

  durability(): Promise<Durability> {
    return this.#core.durability() as Promise<Durability>;
  }

  async configuration(): Promise<StationConfiguration | null> {
    const claims = (await this.#core.configuration()) as Claims | undefined;
    return claims ? toConfiguration(claims) : null;
  }

  async pair(link: string, first: NewOperator): Promise<StationConfiguration> {
    return toConfiguration((await this.#core.pair(link, first.name, first.pin)) as Claims);
  }

  lockScreen(): Promise<LockScreen> {
    return this.#core.lockScreen() as Promise<LockScreen>;
  }

  unlock(id: string, pin: string): Promise<Operator> {
    return this.#core.unlock(id, pin) as Promise<Operator>;
  }

  lock(): Promise<void> {
    return Promise.resolve(this.#core.lock());
  }

  addOperator(operator: NewOperator, role: Role): Promise<Operator> {
    return this.#core.addOperator(operator.name, role, operator.pin) as Promise<Operator>;
  }

  resetPin(id: string, pin: string): Promise<void> {
    return this.#core.resetPin(id, pin);
  }

  setRole(id: string, role: Role): Promise<void> {
    return this.#core.setRole(id, role);
  }

  removeOperator(id: string): Promise<void> {
    return this.#core.removeOperator(id);
  }

  recover(code: string, id: string, pin: string): Promise<Operator> {
    return this.#core.recover(code, id, pin) as Promise<Operator>;
  }

  /** Makes the villages of a province known to the rules of this realm. */
  loadRegions(province: ProvinceRegions): Promise<void> {
    return Promise.resolve(loadRegions(province));
  }

  createDraft(service: Service): Promise<Draft> {
    return this.#core.createDraft(service) as Promise<Draft>;
  }

  drafts(): Promise<Draft[]> {
    return this.#core.drafts() as Promise<Draft[]>;
  }

  saveDraft(draft: Draft): Promise<number> {
    return this.#core.saveDraft(draft);
  }

  async capture(draft: string, slot: Slot, bytes: Blob): Promise<Capture> {
    const mediaType = bytes.type || "application/octet-stream";
    return (await this.#core.capture(draft, slot, mediaType, new Uint8Array(await bytes.arrayBuffer()))) as Capture;
  }

  async readCapture(draft: string, slot: Slot): Promise<Blob> {
    const { mediaType, pieces } = (await this.#core.readCapture(draft, slot)) as CoreCapture;
    return new Blob(pieces, { type: mediaType });
  }

  removeCapture(draft: string, slot: Slot): Promise<void> {
    return this.#core.removeCapture(draft, slot);
  }

  discard(draft: string): Promise<void> {
    return this.#core.discard(draft);
  }

  async seal(draft: string, today: string): Promise<Packet> {
    return toPacket((await this.#core.seal(draft, today)) as CoreRecord);
  }

  recordedBefore(nik: string): Promise<Recorded[]> {
    return this.#core.recordedBefore(nik) as Promise<Recorded[]>;
  }

  async outbox(): Promise<Packet[]> {
    return ((await this.#core.records()) as CoreRecord[]).map(toPacket).reverse();
  }

  probe(): Promise<Contacted> {
    return this.#core.probe() as Promise<Contacted>;
  }

  async link(): Promise<LinkFacts> {
    return JSON.parse(await this.#core.link()) as LinkFacts;
  }

  setLinkSettings(settings: LinkSettings): Promise<void> {
    return this.#core.setLinkSettings(settings);
  }

  sync(now = false): Promise<SyncReport> {
    return this.#core.sync(now) as Promise<SyncReport>;
  }

  retry(pid: string): Promise<void> {
    return this.#core.retry(pid);
  }

  close(): void {
    this.#core.close();
  }
}

function toConfiguration({ site, site_name, endpoint, policy, exp }: Claims): StationConfiguration {
  return {
    site,
    siteName: site_name,
    endpoint,
    policy: { inactivityLimitDays: policy.inactivity_limit_days, graceSeconds: policy.grace_seconds },
    expiresAt: exp * 1000,
  };
}

/** The `kid` in the header of a JWS. */
function signerOf(jws: string): string {
  const [header = ""] = jws.split(".");
  const { kid } = JSON.parse(atob(header.replaceAll("-", "+").replaceAll("_", "/"))) as { kid: string };
  return kid;
}

function toPacket(record: CoreRecord): Packet {
  const { pid, manifest, seq, service, state, length, sent } = record;
  const device = signerOf(manifest);
  const packet: Packet = { pid, device, seq, service, state, sealedAt: record.sealed_at, length, sent };
  if (record.receipted_at !== null) packet.receiptedAt = record.receipted_at;
  if (record.status !== null) {
    packet.status = record.status;
    const work = statusWord(record.status)?.work;
    if (work) packet.work = work;
  }
  if (record.reason !== null) packet.reason = record.reason;
  return packet;
}
