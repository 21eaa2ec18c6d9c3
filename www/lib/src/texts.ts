// The sentence for every code: what is wrong and what to do.
import { en } from "./texts/en.js";
import { id } from "./texts/id.js";

/** The languages of the sentences. */
export type Language = "id" | "en";

const TEXTS: Record<Language, Record<string, string>> = { id, en };

/** The sentence for the code of a finding or an error. A code without one gets a general sentence that names it. */
export function message(code: string, language: Language = "id"): string {
  const texts = TEXTS[language];
  return texts[code] ?? `${texts["unknown"]} (${code})`;
}
