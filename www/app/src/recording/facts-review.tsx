import type { Field } from "rekam";
import { FieldValue } from "../fields/field-value.js";
import { labelOf } from "../fields/field-frame.js";
import { pathOf } from "./places.js";

interface Props {
  fields: Field[];
  /** The place of the member, null for the application. */
  member: number | null;
  typed: Record<string, string>;
  isSkipped(path: string): boolean;
  /** Leaves out what may be empty and is. */
  short?: boolean;
}

/** What was typed into the fields that are asked for. */
export function FactsReview({ fields, member, typed, isSkipped, short = false }: Props) {
  const value = ({ name }: Field) => (typed[name] ?? "").trim();
  const asked = fields.filter((field) => {
    if (isSkipped(pathOf(member, field.name))) return false;
    return !short || field.required || value(field) !== "";
  });
  return (
    <dl class="facts">
      {asked.map((field) => (
        <div key={field.name}>
          <dt>{labelOf(field.name)}</dt>
          <dd>
            <FieldValue field={field} value={value(field)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
