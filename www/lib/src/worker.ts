// The dedicated worker: sealing, archiving and storing happen here, so that the form never stutters.
import { toFailure, type Failure } from "./errors.js";
import { StationCore } from "./station-core.js";
import { init } from "./wasm.js";

/** The methods of a station that a page may call. */
export type Method = Exclude<keyof StationCore, "close">;

/** What a page sends. */
export type Call =
  | { id: number; open: { name: string; wasm: string; takeover: boolean } }
  | { id: number; method: Method; args: unknown[] }
  | { id: number; close: true };

/** What it gets back. */
export type Answer = { id: number; value: unknown } | { id: number; failure: Failure };

let station: StationCore | undefined;

async function answer(call: Call): Promise<unknown> {
  if ("open" in call) {
    await init(call.open.wasm);
    station = await StationCore.open(call.open.name, { journal: true, takeover: call.open.takeover });
    return station.configuration();
  }
  if (!station) throw new Error("the station is not open");
  if ("close" in call) {
    station.close();
    station = undefined;
    return undefined;
  }
  const method = station[call.method] as (...args: unknown[]) => Promise<unknown>;
  return method.apply(station, call.args);
}

addEventListener("message", (event: MessageEvent<Call>) => {
  const { id } = event.data;
  answer(event.data).then(
    (value) => postMessage({ id, value } satisfies Answer),
    (error: unknown) => postMessage({ id, failure: toFailure(error) } satisfies Answer),
  );
});
