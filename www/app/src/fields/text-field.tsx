import type { FieldKind } from "rekam";
import { fieldId } from "../recording/layout.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";

const DIGITS: ReadonlySet<FieldKind> = new Set(["nik", "rt", "rw"]);
/** Cards are printed in capitals. */
const CAPITALS: ReadonlySet<FieldKind> = new Set(["name", "text"]);

/** A line of text, kept as it is typed. */
export function TextField({ field, value, findings, change, leave }: FieldProps) {
  return (
    <FieldFrame field={field} findings={findings}>
      <input
        id={fieldId(field.name)}
        class={`input input-${field.kind}`}
        type="text"
        inputMode={DIGITS.has(field.kind) ? "numeric" : "text"}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize={CAPITALS.has(field.kind) ? "characters" : "off"}
        spellcheck={false}
        enterKeyHint="next"
        value={value}
        required={field.required}
        aria-invalid={isFaulty(findings)}
        aria-describedby={describedBy(field.name)}
        onInput={(event) => change(field.name, event.currentTarget.value)}
        onBlur={() => leave(field.name)}
      />
    </FieldFrame>
  );
}
