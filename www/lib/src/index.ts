/**
 * Records identity-card enrollments where there is no network: validates, seals, keeps and sends them.
 *
 * `await init()` first, then `Station.open({ worker })`.
 *
 * @packageDocumentation
 */
export { RekamError } from "./errors.js";
export { progressOf, type Progress } from "./progress.js";
export { check, codeList, examine, form, loadRegions, statusWord, type ProvinceRegions } from "./rules.js";
export { localDay, Station, type OpenOptions } from "./station.js";
export { message, type Language } from "./texts.js";
export * from "./types.js";
export { init } from "./wasm.js";
