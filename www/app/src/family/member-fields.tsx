import { useMemo } from "preact/hooks";
import type { Form, Member } from "rekam";
import type { Beside } from "../recording/examined.js";
import { FieldGrid } from "../recording/field-grid.js";
import { memberGroups } from "../recording/layout.js";
import { pathOf } from "../recording/places.js";
import type { FieldActions } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";

interface Props {
  member: Member;
  place: number;
  form: Form;
  beside: Beside;
  actions: FieldActions;
}

/** What is asked of one member, in groups. */
export function MemberFields({ member, place, form, beside, actions }: Props) {
  const groups = useMemo(() => memberGroups(form), [form]);
  return (
    <>
      {groups.map(([group, fields]) => {
        if (fields.every(({ name }) => beside.isSkipped(pathOf(place, name)))) return null;
        return (
          <fieldset key={group} class="member-group">
            <legend>{texts.family.groups[group]}</legend>
            <FieldGrid
              fields={fields}
              owner={member.id}
              member={place}
              typed={member.fields}
              written={member.overrides}
              beside={beside}
              actions={actions}
            />
          </fieldset>
        );
      })}
    </>
  );
}
