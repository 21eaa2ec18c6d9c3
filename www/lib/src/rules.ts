// Forms, code lists and findings: synchronous, in whatever realm loaded the module.
import type { CodeList, Draft, Finding, Form, Service } from "./types.js";
import { wasm } from "./wasm.js";

/** What a service asks for. */
export function form(service: Service): Form {
  return wasm().form(service) as Form;
}

/** A code list by name. */
export function codeList(name: string): CodeList {
  const list = wasm().codeList(name) as CodeList | undefined;
  if (!list) throw new RangeError("there is no code list of this name");
  return list;
}

/**
 * All findings of a draft, at once.
 *
 * @param today - The day of recording, `YYYY-MM-DD`.
 */
export function check(draft: Draft, today: string): Finding[] {
  return wasm().check(draft, today) as Finding[];
}
