// What a clerk does to a draft. Each gives another draft; what did not change stays the same object.
import type { BiometricException, Capture, Draft, Member, Override, Service, Slot } from "rekam";
import type { Owner } from "./places.js";

export type Edit = (draft: Draft) => Draft;

const HEAD_OF_FAMILY = "1";

export function makeMember(fields: Record<string, string> = {}): Member {
  return { id: crypto.randomUUID(), fields, overrides: [] };
}

/** A family begins with its head. */
export const makeHead = (): Member => makeMember({ shdk: HEAD_OF_FAMILY });

/** What a NIK is compared with. */
const COMPARED: Record<string, string> = { birth_date: "nik_birth_date_differs", sex: "nik_sex_differs" };

/** Types into a field. Reasons that were written for what stood there before are gone. */
export function setField(owner: Owner, field: string, value: string): Edit {
  return (draft) =>
    edit(draft, owner, (part) => ({
      fields: { ...part.fields, [field]: value },
      overrides: without(part.overrides, (one) => one.field === field || one.code === COMPARED[field]),
    }));
}

/** Answers for a finding, or with null no longer. */
export function answer(owner: Owner, field: string, code: string, reason: string | null): Edit {
  return (draft) =>
    edit(draft, owner, ({ fields, overrides }) => {
      const others = without(overrides, (one) => one.field === field && one.code === code);
      return { fields, overrides: reason === null ? others : [...others, { field, code, reason }] };
    });
}

export function addMember(member: Member): Edit {
  return (draft) => ({ ...draft, members: [...draft.members, member] });
}

export function removeMember(id: string): Edit {
  return (draft) => ({ ...draft, members: draft.members.filter((member) => member.id !== id) });
}

/** Moves a member one place up (-1) or down (1). */
export function moveMember(id: string, by: -1 | 1): Edit {
  return (draft) => {
    const from = draft.members.findIndex((member) => member.id === id);
    const moved = draft.members[from];
    const to = from + by;
    if (!moved || to < 0 || to >= draft.members.length) return draft;
    const members = draft.members.filter((member) => member !== moved);
    members.splice(to, 0, moved);
    return { ...draft, members };
  };
}

/** Ticks a paper off; one that is there needs no excuse. */
export function setAttachment(name: string, shown: boolean): Edit {
  return (draft) => {
    const others = draft.attachments.filter((one) => one !== name);
    return {
      ...draft,
      attachments: shown ? [...others, name] : others,
      overrides: without(draft.overrides, (one) => one.field === name),
    };
  };
}

/** Another service; what was typed and captured stays. */
export function setService(service: Service): Edit {
  return (draft) => ({ ...draft, service });
}

export function setException(slot: Slot, exception: Omit<BiometricException, "slot"> | null): Edit {
  return (draft) => {
    const others = draft.exceptions.filter((one) => one.slot !== slot);
    return { ...draft, exceptions: exception ? [...others, { slot, ...exception }] : others };
  };
}

export function putCapture(capture: Capture): Edit {
  return (draft) => ({
    ...draft,
    captures: [...draft.captures.filter(({ slot }) => slot !== capture.slot), capture],
    exceptions: draft.exceptions.filter(({ slot }) => slot !== capture.slot),
    // A new photo is a new question to the applicant.
    photoApproved: capture.slot === "face" ? false : draft.photoApproved,
  });
}

export function removeCapture(slot: Slot): Edit {
  return (draft) => ({ ...draft, captures: draft.captures.filter((capture) => capture.slot !== slot) });
}

type Part = Pick<Member, "fields" | "overrides">;

function edit(draft: Draft, owner: Owner, change: (part: Part) => Part): Draft {
  if (owner === null) return { ...draft, ...change(draft) };
  const members = draft.members.map((member) => (member.id === owner ? { ...member, ...change(member) } : member));
  return { ...draft, members };
}

function without(overrides: Override[], gone: (one: Override) => boolean): Override[] {
  return overrides.some(gone) ? overrides.filter((one) => !gone(one)) : overrides;
}
