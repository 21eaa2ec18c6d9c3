// The WebAssembly module: loaded once in each page and worker.
import load, * as core from "../pkg/rekam.js";

let loading: Promise<void> | undefined;
let loaded = false;
let from: string | undefined;

/**
 * Loads the module once; every other call needs it.
 *
 * @param url - Where `rekam_bg.wasm` is served; by default beside this module, which bundlers understand.
 */
export function init(url?: string | URL): Promise<void> {
  const source = new URL(url ?? new URL("../pkg/rekam_bg.wasm", import.meta.url), globalThis.location?.href).href;
  loading ??= load({ module_or_path: source }).then(
    () => {
      loaded = true;
      from = source;
    },
    (error: unknown) => {
      // The next call may have a network again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** The module's functions, once it is loaded. */
export function wasm(): typeof core {
  if (!loaded) throw new Error("rekam is not loaded yet: await init() first");
  return core;
}

/** Where the module was loaded from, for the workers. */
export function wasmUrl(): string {
  wasm();
  return from!;
}
