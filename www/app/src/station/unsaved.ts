/** Something that saves what was typed. */
export interface Saving {
  /** Nothing of it would be lost now. */
  readonly isSaved: boolean;
  /** Saves now. Resolves when nothing is left to save or the save failed. */
  flush(): Promise<void>;
  /** Gives up what is not saved. */
  stop(): void;
}

/** A capture of a few megabytes on a slow tablet is down by then; what is not will not be. */
const LONGEST_SAVE_MS = 10_000;

/** What would be lost if the tablet were locked now: typing that is not saved, captures and packets that are under way. */
export class Unsaved {
  readonly #savings = new Set<Saving>();
  readonly #works = new Set<Promise<unknown>>();

  /** Watches a draft, from its opening on. */
  add(saving: Saving): void {
    this.#savings.add(saving);
  }

  /** The draft was left. One that could not be saved stays watched. */
  async leave(saving: Saving): Promise<void> {
    await saving.flush();
    if (saving.isSaved) this.#savings.delete(saving);
  }

  /** Watches a step until it is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#works.add(work);
    try {
      return await work;
    } finally {
      this.#works.delete(work);
    }
  }

  get isNothing(): boolean {
    return this.#works.size === 0 && [...this.#savings].every(({ isSaved }) => isSaved);
  }

  /** Saves everything. Resolves when it is saved, failed, or takes too long: {@link isNothing} says which. */
  async flush(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, LONGEST_SAVE_MS)));
    await Promise.race([this.#flushAll(), tooLong]);
    clearTimeout(timer);
  }

  /** Gives up what is not saved: a late save must not overwrite what is typed after the next unlocking. */
  abandon(): void {
    for (const saving of this.#savings) saving.stop();
    this.#savings.clear();
  }

  async #flushAll(): Promise<void> {
    while (this.#works.size > 0) {
      await Promise.allSettled(this.#works);
      // What follows a step, the next file of many or a change of the draft, begins before timers do.
      await new Promise((resolve) => setTimeout(resolve));
    }
    await Promise.all([...this.#savings].map((saving) => saving.flush()));
  }
}
