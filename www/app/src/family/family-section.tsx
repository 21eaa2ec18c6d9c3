import { useCallback, useState } from "preact/hooks";
import type { Member } from "rekam";
import { ProposalChips } from "../fields/proposal-chips.js";
import { Icon } from "../parts/icon.js";
import { wasTyped } from "../recording/examined.js";
import { focusOn } from "../recording/layout.js";
import { fieldId, pathOf } from "../recording/places.js";
import { SectionFrame } from "../recording/section-frame.js";
import { findingsOf, type DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { MemberRow, type RowActions } from "./member-row.js";
import { RemoveDialog } from "./remove-dialog.js";

interface Props {
  handle: DraftHandle;
  openMember: string | null;
  setOpenMember(id: string | null): void;
}

/** What the rows tell of the family as a whole. */
const TOLD_BY_ROWS = ["member_count", "head_name"];

/** The members of the family: a row each, one of them open. */
export function FamilySection({ handle, openMember, setOpenMember }: Props) {
  const { draft, form, beside, actions, memberStates } = handle;
  const [removing, setRemoving] = useState<Member | null>(null);
  const { members } = draft;

  const rowActions: RowActions = {
    toggle: useCallback((id: string, open: boolean) => setOpenMember(open ? id : null), [setOpenMember]),
    move: useCallback((id: string, by: -1 | 1) => actions.moveMember(id, by), [actions]),
    remove: useCallback(
      (member: Member) => (wasTyped(member, form) ? setRemoving(member) : actions.removeMember(member.id)),
      [actions, form],
    ),
  };
  const add = () => {
    setOpenMember(actions.addMember());
    requestAnimationFrame(() => focusOn(fieldId(pathOf(members.length, form.members[0]?.name ?? ""))));
  };
  const told = TOLD_BY_ROWS.filter((field) => form.sections.some(({ fields }) => fields.some(({ name }) => name === field)));
  return (
    <SectionFrame
      section="members"
      sections={handle.sections}
      findings={findingsOf(handle, "members").filter(({ field }) => field === "members")}
    >
      <ol class="members">
        {members.map((member, n) => (
          <MemberRow
            key={member.id}
            member={member}
            place={n}
            last={n === members.length - 1}
            state={memberStates[n]}
            form={form}
            open={member.id === openMember}
            beside={member.id === openMember ? beside : null}
            actions={actions}
            {...rowActions}
          />
        ))}
      </ol>
      <button type="button" class="button tall" onClick={add}>
        <Icon name="plus" />
        {texts.family.add}
      </button>
      {told.map((field) => (
        <ProposalChips
          key={field}
          proposals={beside
            .proposals(field)
            .map(({ value, label }) => ({ value, label: `${texts.fields[field]}: ${label}` }))}
          take={(value) => {
            actions.change(null, field, value);
            actions.leave(null, field);
          }}
        />
      ))}
      {removing && (
        <RemoveDialog
          name={(removing.fields["name"] ?? "").trim()}
          close={() => setRemoving(null)}
          remove={() => {
            setRemoving(null);
            actions.removeMember(removing.id);
          }}
        />
      )}
    </SectionFrame>
  );
}
