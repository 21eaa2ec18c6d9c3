import type { Draft } from "rekam";

/** Whose field it is: the id of a member, null for the application. */
export type Owner = string | null;

/** A path taken apart: `members.2.nik` is the NIK of the third member. */
export interface Place {
  member: number | null;
  field: string;
}

export function placeOf(path: string): Place {
  const [, member, field] = /^members\.(\d+)\.(.+)$/.exec(path) ?? [];
  return member !== undefined && field !== undefined
    ? { member: Number(member), field }
    : { member: null, field: path };
}

export function pathOf(member: number | null, field: string): string {
  return member === null ? field : `members.${member}.${field}`;
}

/** Names a field for as long as the draft lives; a path changes when its member is moved. */
export function keyOf(owner: Owner, field: string): string {
  return owner === null ? field : `${owner}/${field}`;
}

/** The key of the field at a path. */
export function keyAt(path: string, draft: Draft): string {
  const { member, field } = placeOf(path);
  return keyOf(member === null ? null : (draft.members[member]?.id ?? null), field);
}

/** The element that shows the field at a path. */
export const fieldId = (path: string): string => `field-${path}`;
export const attachmentId = (name: string): string => `attachment-${name}`;
export const sectionId = (section: string): string => `section-${section}`;
