import type { Field, Override } from "rekam";
import { FormField } from "../fields/form-field.js";
import type { Beside } from "./examined.js";
import { widthOf } from "./layout.js";
import { pathOf, type Owner } from "./places.js";
import type { FieldActions } from "./use-draft.js";

interface Props {
  fields: Field[];
  owner: Owner;
  /** The place of the owner, null for the application. */
  member: number | null;
  typed: Record<string, string>;
  written: Override[];
  beside: Beside;
  actions: FieldActions;
}

/** Those of the fields that are asked for as things stand. */
export function FieldGrid({ fields, owner, member, typed, written, beside, actions }: Props) {
  return (
    <div class="fields">
      {fields.map((field) => {
        const path = pathOf(member, field.name);
        if (beside.isSkipped(path)) return null;
        return (
          <div key={field.name} data-width={widthOf(field)}>
            <FormField
              field={field}
              path={path}
              owner={owner}
              value={typed[field.name] ?? ""}
              findings={beside.findings(path)}
              proposals={beside.proposals(path)}
              written={written}
              actions={actions}
            />
          </div>
        );
      })}
    </div>
  );
}
