// How the screen arranges what a form asks for. What is asked, and when, the rules say.
import { FINGERS, type Examination, type Field, type Finding, type Form, type Slot } from "rekam";
import { attachmentId, fieldId, pathOf, placeOf, sectionId } from "./places.js";

export const RIGHT_HAND: Slot[] = FINGERS.filter((finger) => finger.startsWith("right_")).map(
  (finger): Slot => `finger_${finger}`,
);
export const LEFT_HAND: Slot[] = FINGERS.filter((finger) => finger.startsWith("left_")).map(
  (finger): Slot => `finger_${finger}`,
);
export const FINGER_SLOTS: Slot[] = [...RIGHT_HAND, ...LEFT_HAND];
export const IRIS_SLOTS: Slot[] = ["iris_right", "iris_left"];

/** Short enough to stand two in a row on a tablet. */
const HALF_WIDTH = new Set([
  ...["birth_place", "birth_date", "sex", "blood_type", "religion", "postcode", "kk_number", "member_count"],
  ...["phone", "email", "title_before", "title_after", "birth_certificate", "birth_certificate_number"],
  ...["marriage_certificate_number", "marriage_date", "divorce_certificate_number", "divorce_date"],
  ...["education", "impairment", "disability", "passport_number", "passport_expiry", "nationality"],
  ...["stay_permit_number", "stay_permit_place", "stay_permit_issued", "stay_permit_expiry"],
  ...["sponsor_name", "sponsor_type", "first_arrival_place", "first_arrival_date"],
  ...["mother_nik", "mother_name", "father_nik", "father_name", "removal_date"],
  ...["element_before", "element_after"],
]);
/** Two in a row everywhere. */
const SMALL = new Set(["rt", "rw"]);

/** The fields of a member as one thinks of them; fields of none of these come last. */
const MEMBER_GROUPS: [group: MemberGroup, fields: string[]][] = [
  [
    "identity",
    [
      ...["nik", "name", "title_before", "title_after", "shdk", "sex", "blood_type"],
      ...["religion", "belief_organisation"],
    ],
  ],
  ["birth", ["birth_place", "birth_date", "birth_certificate", "birth_certificate_number"]],
  [
    "marriage",
    [
      ...["marital_status", "marriage_certificate", "marriage_certificate_number", "marriage_date"],
      ...["divorce_certificate", "divorce_certificate_number", "divorce_date"],
    ],
  ],
  ["work", ["education", "occupation", "impairment", "disability"]],
  [
    "citizenship",
    [
      ...["citizenship", "citizenship_decree", "nationality", "passport_number", "passport_expiry"],
      ...["stay_permit_number", "stay_permit_place", "stay_permit_issued", "stay_permit_expiry"],
      ...["sponsor_name", "sponsor_type", "sponsor_address", "first_arrival_place", "first_arrival_date"],
    ],
  ],
  ["parents", ["father_name", "father_nik", "mother_name", "mother_nik"]],
];
export type MemberGroup = "identity" | "birth" | "marriage" | "work" | "citizenship" | "parents" | "other";

export function memberGroups(form: Form): [MemberGroup, Field[]][] {
  const named = MEMBER_GROUPS.map(([group, names]): [MemberGroup, Field[]] => [
    group,
    names.flatMap((name) => form.members.filter((field) => field.name === name)),
  ]);
  const grouped = new Set(named.flatMap(([, fields]) => fields));
  const other = form.members.filter((field) => !grouped.has(field));
  return [...named, ["other" as const, other] satisfies [MemberGroup, Field[]]].filter(([, fields]) => fields.length > 0);
}

export function widthOf({ name }: Field): "full" | "half" | "small" {
  return SMALL.has(name) ? "small" : HALF_WIDTH.has(name) ? "half" : "full";
}

/** The parts of the recording that are asked for, in the order in which a clerk goes through them. */
export function sectionsOf(form: Form, examination: Examination): string[] {
  const asks = (slots: Slot[]) => examination.captures.some((slot) => slots.includes(slot));
  return [
    ...form.sections.map(({ name }) => name),
    ...(form.members.length > 0 ? ["members"] : []),
    ...(examination.attachments.length > 0 ? ["attachments"] : []),
    ...(asks(["face"]) ? ["face"] : []),
    ...(asks(["signature"]) ? ["signature"] : []),
    ...(asks(FINGER_SLOTS) ? ["fingers"] : []),
    ...(asks(IRIS_SLOTS) ? ["irises"] : []),
  ];
}

/** Where on the screen a finding belongs. */
export function sectionOf({ field, code }: Finding, form: Form): string {
  const named = field === "biometrics" ? code : field;
  if (/^members(\.|$)/.test(field)) return "members";
  if (code === "attachment_missing") return "attachments";
  const holder = form.sections.find(({ fields }) => fields.some(({ name }) => name === field));
  if (holder) return holder.name;
  if (/^(photo|face)/.test(named)) return "face";
  if (/^signature/.test(named)) return "signature";
  if (/^iris/.test(named)) return "irises";
  if (/^(finger|exception)/.test(named)) return "fingers";
  return form.sections[0]?.name ?? "";
}

/** The findings in the order in which their places stand on the screen. */
export function inScreenOrder(findings: Finding[], form: Form, sections: string[]): Finding[] {
  const members = memberGroups(form).flatMap(([, fields]) => fields.map(({ name }) => name));
  const order = new Map<string, number>();
  for (const { name, fields } of form.sections)
    fields.forEach((field, n) => order.set(field.name, sections.indexOf(name) * 10_000 + n + 1));
  const rank = (finding: Finding) => {
    const { member, field } = placeOf(finding.field);
    if (member !== null) return sections.indexOf("members") * 10_000 + (member + 1) * 100 + members.indexOf(field);
    return order.get(finding.field) ?? sections.indexOf(sectionOf(finding, form)) * 10_000;
  };
  return findings
    .map((finding) => ({ finding, rank: rank(finding) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ finding }) => finding);
}

/** The element that a finding leads to: the field itself, or the heading of its section. */
export function targetOf(finding: Finding, form: Form): string {
  const { member, field } = placeOf(finding.field);
  if (member !== null) return fieldId(pathOf(member, field));
  if (finding.code === "attachment_missing") return attachmentId(field);
  const isField = form.sections.some(({ fields }) => fields.some(({ name }) => name === field));
  return isField ? fieldId(field) : sectionId(sectionOf(finding, form));
}

/** Moves the focus to an element, or to the first control of a group. */
export function focusOn(id: string): void {
  const target = document.getElementById(id);
  if (!target) return;
  const control =
    target.getAttribute("role") === "radiogroup"
      ? (target.querySelector<HTMLElement>("input:checked") ?? target.querySelector<HTMLElement>("input"))
      : target;
  control?.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}
