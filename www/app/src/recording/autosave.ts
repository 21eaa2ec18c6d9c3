import type { Draft } from "rekam";
import { codeOf } from "../station/connection.js";
import type { Saving } from "../station/unsaved.js";

/** A pause in typing; with the time that a save takes, well under the two seconds that a power cut may cost. */
const SAVE_AFTER_MS = 500;
const RETRY_AFTER_MS = 5_000;

export type SaveState = { kind: "saved"; at: number } | { kind: "pending" } | { kind: "failed"; code: string };
export const PENDING: SaveState = { kind: "pending" };

/** Saves a draft a moment after it changed, one save at a time, and again until it is saved. */
export class Autosave implements Saving {
  #dirty: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(
    private readonly save: (draft: Draft) => Promise<number>,
    private readonly report: (state: SaveState) => void,
  ) {}

  changed(draft: Draft): void {
    if (this.#stopped) return;
    this.#dirty = draft;
    this.report(PENDING);
    this.#after(SAVE_AFTER_MS);
  }

  /** Nothing that was typed would be lost now. */
  get isSaved(): boolean {
    return this.#stopped || !this.#dirty;
  }

  /** Saves now. Resolves when nothing is left to save or the save failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    if (!this.#dirty || this.#stopped) return;
    this.#running = this.#run(this.#dirty);
    await this.#running;
  }

  /** Sealed or discarded: a late save must not bring the draft back. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Undoes {@link stop}: the sealing was refused. */
  resume(): void {
    this.#stopped = false;
  }

  async #run(draft: Draft): Promise<void> {
    try {
      const at = await this.save(draft);
      if (this.#dirty === draft) {
        this.#dirty = null;
        this.report({ kind: "saved", at });
      } else if (this.#dirty) {
        this.#after(SAVE_AFTER_MS);
      }
    } catch (error) {
      const code = codeOf(error);
      this.report({ kind: "failed", code });
      // Sealed or discarded elsewhere: there is nothing left that could be saved.
      if (code === "draft_unknown") this.stop();
      this.#after(RETRY_AFTER_MS);
    } finally {
      this.#running = null;
    }
  }

  #after(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.flush(), delay);
  }
}
