import type { Draft } from "rekam";
import { texts } from "../texts/index.js";

/** The person whose card it is about, or who asks for it. */
export function nameOf(draft: Draft): string {
  const names = ["name", "head_name", "applicant_name"].map((field) => draft.fields[field]?.trim());
  return [...names, draft.members[0]?.fields["name"]?.trim()].find(Boolean) ?? texts.home.unnamed;
}
