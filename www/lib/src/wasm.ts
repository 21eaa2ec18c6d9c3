// The WebAssembly module: loaded once in each page and worker.
import load, * as core from "../pkg/rekam.js";

let loading: Promise<void> | undefined;
let loaded = false;
let from: string | undefined;

/**
 * Loads the module once; every other call needs it.
 *
 * @param source - Where `rekam_bg.wasm` is served; by default beside this module, which bundlers understand. Its bytes,
 * where there is no page and so no address, as in Node.
 */
export function init(source?: string | URL | BufferSource): Promise<void> {
  loading ??= load({ module_or_path: located(source) }).then(
    () => {
      loaded = true;
    },
    (error: unknown) => {
      // The next call may have a network again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

function located(source: string | URL | BufferSource | undefined): string | BufferSource {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return source;
  from = new URL(source ?? new URL("../pkg/rekam_bg.wasm", import.meta.url), globalThis.location?.href).href;
  return from;
}

/** The module's functions, once it is loaded. */
export function wasm(): typeof core {
  if (!loaded) throw new Error("rekam is not loaded yet: await init() first");
  return core;
}

/** Where the module was loaded from, for the workers. */
export function wasmUrl(): string {
  wasm();
  if (from === undefined) throw new Error("a station needs the address of the module: init(url)");
  return from;
}
