// The page's end of the dedicated worker: one promise for each call.
import { fromFailure, RekamError } from "./errors.js";
import type { Answer, Call } from "./worker.js";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** Sends calls to the worker and settles them by their answers. */
export class Calls {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #last = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const call = this.#open.get(data.id);
      this.#open.delete(data.id);
      if ("failure" in data) call?.reject(fromFailure(data.failure));
      else call?.resolve(data.value);
    });
    worker.addEventListener("error", () => {
      // The worker is gone or was never loaded. What it had acknowledged is durable, the rest is not known.
      const error = new RekamError("internal_worker_failed", "internal", true, "the worker failed");
      for (const call of this.#open.values()) call.reject(error);
      this.#open.clear();
    });
  }

  send<T>(call: WithoutId<Call>): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#open.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#worker.postMessage({ ...call, id });
    });
  }

  /** Ends the worker; open calls are rejected. */
  end(): void {
    this.#worker.terminate();
    const error = new RekamError("internal_closed", "internal", false, "the station was closed");
    for (const call of this.#open.values()) call.reject(error);
    this.#open.clear();
  }
}
