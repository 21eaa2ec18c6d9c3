// What the rules say of a draft, arranged for the screen.
import type { Draft, Finding, Form, Member } from "rekam";
import { placeOf } from "./places.js";
import type { Proposal } from "./proposals.js";

/** What stands beside a field. Lists that did not change are the same objects as before. */
export interface Beside {
  findings(path: string): Finding[];
  proposals(path: string): Proposal[];
  isSkipped(path: string): boolean;
}

/** How far a member is, in names of fields. */
export interface MemberState {
  missing: string[];
  wrong: string[];
  /** With warnings that nobody has answered for. */
  doubtful: string[];
  /** Whether the clerk was told of an error by now. */
  faulty: boolean;
}

const NONE: never[] = [];
const FOR_EMPTY = new Set(["field_required", "nik_required", "name_required"]);

/** Keeps what is equal to what was there before, so that what shows it need not render again. */
export class Keeper {
  readonly #kept = new Map<string, { json: string; value: unknown }>();

  keep<T>(key: string, value: T): T {
    const json = JSON.stringify(value);
    const before = this.#kept.get(key);
    if (before?.json === json) return before.value as T;
    this.#kept.set(key, { json, value });
    return value;
  }
}

export function beside(
  keeper: Keeper,
  shown: Finding[],
  proposals: Map<string, Proposal[]>,
  skipped: string[],
): Beside {
  const findings = groupByField(shown);
  const isSkipped = new Set(skipped);
  for (const [path, list] of findings) findings.set(path, keeper.keep(`findings ${path}`, list));
  for (const [path, list] of proposals) proposals.set(path, keeper.keep(`proposals ${path}`, list));
  return {
    findings: (path) => findings.get(path) ?? NONE,
    proposals: (path) => proposals.get(path) ?? NONE,
    isSkipped: (path) => isSkipped.has(path),
  };
}

function groupByField(findings: Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.field, [...(groups.get(finding.field) ?? []), finding]);
  return groups;
}

/** The state of every member, in their order. */
export function memberStates(keeper: Keeper, draft: Draft, findings: Finding[], shown: Finding[]): MemberState[] {
  const states = draft.members.map((): MemberState => ({ missing: [], wrong: [], doubtful: [], faulty: false }));
  const seen = new Set(shown);
  for (const finding of findings) {
    const { member, field } = placeOf(finding.field);
    const state = member === null ? undefined : states[member];
    if (!state) continue;
    if (finding.severity === "warning" && seen.has(finding) && reasonFor(finding, draft) === undefined)
      push(state.doubtful, field);
    if (finding.severity !== "error") continue;
    state.faulty ||= seen.has(finding);
    push(seen.has(finding) && !FOR_EMPTY.has(finding.code) ? state.wrong : state.missing, field);
  }
  return states.map((state, n) => keeper.keep(`member ${draft.members[n]?.id ?? n}`, state));
}

/** The reason that the clerk has written for a finding. */
export function reasonFor({ field: path, code }: Finding, draft: Draft): string | undefined {
  const { member, field } = placeOf(path);
  const written = member === null ? draft.overrides : (draft.members[member]?.overrides ?? []);
  return written.find((one) => one.field === field && one.code === code)?.reason;
}

export function withoutAnswered(findings: Finding[], draft: Draft): Finding[] {
  return findings.filter((finding) => reasonFor(finding, draft) === undefined);
}

/** Whether more was typed than what the row began with. */
export function wasTyped(member: Member, form: Form): boolean {
  return form.members.some(({ name }) => name !== "shdk" && (member.fields[name] ?? "").trim() !== "");
}

function push(list: string[], field: string): void {
  if (!list.includes(field)) list.push(field);
}
