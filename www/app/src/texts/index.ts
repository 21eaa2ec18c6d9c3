import { en } from "./en.js";
import { id, type Texts } from "./id.js";

export type Language = "id" | "en";

const PREFERENCE = "rekam.language";

function preferred(): Language {
  try {
    return localStorage.getItem(PREFERENCE) === "en" ? "en" : "id";
  } catch {
    return "id";
  }
}

export const language: Language = preferred();
export const texts: Texts = language === "en" ? en : id;

/** Reloads: what is on the screen was written in the other language. */
export function switchLanguage(): void {
  localStorage.setItem(PREFERENCE, language === "id" ? "en" : "id");
  location.reload();
}

/** The name of a section of the recording. */
export function sectionName(section: string): string {
  return (texts.sections as Record<string, string>)[section] ?? section;
}
