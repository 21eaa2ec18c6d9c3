// What may be meant by a field that is empty: offered, never filled in by itself.
import type { Draft, Examination, Form, Member } from "rekam";
import { codeLabel } from "../fields/code-options.js";
import { texts } from "../texts/index.js";
import { pathOf, placeOf } from "./places.js";

/** A value for a field, and the words of the button that fills it in. */
export interface Proposal {
  value: string;
  label: string;
}

/** Codes of the lists `shdk` and `sex`. */
const HEAD = "1";
const CHILD = "4";
const COUPLE = new Set(["1", "2", "3"]);
const MALE = "1";
const FEMALE = "2";

/** Every proposal, by the path of its field. */
export function proposalsOf(draft: Draft, form: Form, { suggestions, skipped }: Examination): Map<string, Proposal[]> {
  const proposals = new Map<string, Proposal[]>();
  const propose = (path: string, ...some: Proposal[]) => {
    if (some.length > 0) proposals.set(path, [...(proposals.get(path) ?? []), ...some]);
  };
  for (const { field, value } of suggestions) {
    propose(field, { value, label: texts.proposals.fromNik(wordFor(placeOf(field).field, value)) });
  }
  if (form.members.length > 0) {
    proposeForFamily(draft, propose);
    const couple = draft.members.filter((member) => COUPLE.has(textOf(member, "shdk")));
    draft.members.forEach((member, n) => {
      if (textOf(member, "shdk") !== CHILD) return;
      for (const [parent, sex] of [["father", MALE], ["mother", FEMALE]] as const) {
        const candidates = couple.filter((one) => textOf(one, "sex") === sex);
        for (const field of [`${parent}_name`, `${parent}_nik`]) {
          if (textOf(member, field) !== "") continue;
          const column = field.endsWith("_nik") ? "nik" : "name";
          // A NIK says nothing to who does not know whose it is.
          propose(pathOf(n, field), ...candidates.flatMap((one) => fromRow(one, column)));
        }
      }
    });
  }
  for (const path of skipped) proposals.delete(path);
  return proposals;
}

function proposeForFamily(draft: Draft, propose: (path: string, ...some: Proposal[]) => void): void {
  const count = String(draft.members.length);
  if (draft.members.length > 0 && (draft.fields["member_count"] ?? "").trim() !== count)
    propose("member_count", { value: count, label: texts.proposals.fromRows(count) });
  if ((draft.fields["head_name"] ?? "").trim() !== "") return;
  const heads = draft.members.filter((member) => textOf(member, "shdk") === HEAD);
  propose("head_name", ...heads.flatMap((head) => fromRow(head, "name")));
}

function fromRow(member: Member, column: "name" | "nik"): Proposal[] {
  const value = textOf(member, column);
  const relation = wordFor("shdk", textOf(member, "shdk"));
  return value === "" ? [] : [{ value, label: texts.proposals.fromRow(value, relation) }];
}

function textOf(member: Member, field: string): string {
  return (member.fields[field] ?? "").trim();
}

/** A code in words. */
function wordFor(field: string, value: string): string {
  return field === "sex" || field === "shdk" ? codeLabel(field, value) : value;
}
