import { FINGERS, type Field, type Finding, type Form, type Slot } from "rekam";

/** The parts of the recording, in the order in which a clerk goes through them. */
export const SECTIONS = ["person", "address", "face", "signature", "fingers", "irises"] as const;
export type Section = (typeof SECTIONS)[number];

export const RIGHT_HAND: Slot[] = FINGERS.filter((finger) => finger.startsWith("right_")).map(
  (finger): Slot => `finger_${finger}`,
);
export const LEFT_HAND: Slot[] = FINGERS.filter((finger) => finger.startsWith("left_")).map(
  (finger): Slot => `finger_${finger}`,
);
export const FINGER_SLOTS: Slot[] = [...RIGHT_HAND, ...LEFT_HAND];
export const IRIS_SLOTS: Slot[] = ["iris_right", "iris_left"];

const ADDRESS_FIELDS = new Set(["address", "rt", "rw", "village"]);
/** Short enough to stand two in a row on a tablet. */
const HALF_WIDTH = new Set(["birth_place", "birth_date", "sex", "blood_type", "religion"]);
/** Two in a row everywhere. */
const SMALL = new Set(["rt", "rw"]);

export function fieldsOf(form: Form, section: Section): Field[] {
  if (section === "person") return form.fields.filter(({ name }) => !ADDRESS_FIELDS.has(name));
  if (section === "address") return form.fields.filter(({ name }) => ADDRESS_FIELDS.has(name));
  return [];
}

export function widthOf({ name }: Field): "full" | "half" | "small" {
  return SMALL.has(name) ? "small" : HALF_WIDTH.has(name) ? "half" : "full";
}

/** Where on the screen a finding belongs. */
export function sectionOf({ field, code }: Finding): Section {
  const named = field === "biometrics" ? code : field;
  if (/^(photo|face)/.test(named)) return "face";
  if (/^signature/.test(named)) return "signature";
  if (/^iris/.test(named)) return "irises";
  if (/^(finger|exception)/.test(named)) return "fingers";
  return ADDRESS_FIELDS.has(field) ? "address" : "person";
}

/** The findings in the order in which their places stand on the screen. */
export function inScreenOrder(findings: Finding[], form: Form): Finding[] {
  const sections = SECTIONS.map((section) => fieldsOf(form, section).map(({ name }) => name));
  const rank = (finding: Finding) => {
    const section = SECTIONS.indexOf(sectionOf(finding));
    return section * 100 + (sections[section]?.indexOf(finding.field) ?? 0);
  };
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** The element that a finding leads to: the field itself, or the heading of its section. */
export function targetOf(finding: Finding, form: Form): string {
  const isField = form.fields.some(({ name }) => name === finding.field);
  return isField ? fieldId(finding.field) : sectionId(sectionOf(finding));
}

export const fieldId = (name: string): string => `field-${name}`;
export const sectionId = (section: Section): string => `section-${section}`;

/** Moves the focus to an element, or to the first control of a group. */
export function focusOn(id: string): void {
  const target = document.getElementById(id);
  if (!target) return;
  const control =
    target.getAttribute("role") === "radiogroup" ? target.querySelector<HTMLElement>("input:checked, input") : target;
  control?.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}
