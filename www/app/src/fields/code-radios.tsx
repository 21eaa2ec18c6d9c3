import type { Code } from "rekam";
import { fieldId } from "../recording/layout.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";

/** A short code list, all of it in view. */
export function CodeRadios({ field, value, findings, change, leave, codes }: FieldProps & { codes: Code[] }) {
  const id = fieldId(field.name);
  return (
    <FieldFrame field={field} findings={findings} group>
      <div
        id={id}
        class="radios"
        role="radiogroup"
        aria-labelledby={`${id}-label`}
        aria-describedby={describedBy(field.name)}
        aria-required={field.required}
        aria-invalid={isFaulty(findings)}
      >
        {codes.map(({ code, label }) => (
          <label key={code} class="radio">
            <input
              type="radio"
              name={id}
              value={code}
              checked={value === String(code)}
              onChange={() => {
                change(field.name, String(code));
                leave(field.name);
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </FieldFrame>
  );
}
