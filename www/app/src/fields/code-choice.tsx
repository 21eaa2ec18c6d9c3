import type { Code } from "rekam";
import { fieldId } from "../recording/layout.js";
import { texts } from "../texts/index.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";

/** A code list of medium length: the picker of the device. */
export function CodeChoice({ field, value, findings, change, leave, codes }: FieldProps & { codes: Code[] }) {
  return (
    <FieldFrame field={field} findings={findings}>
      <select
        id={fieldId(field.name)}
        class="input"
        autoComplete="off"
        required={field.required}
        aria-invalid={isFaulty(findings)}
        aria-describedby={describedBy(field.name)}
        onChange={(event) => {
          change(field.name, event.currentTarget.value);
          leave(field.name);
        }}
        onBlur={() => leave(field.name)}
      >
        <option value="" selected={value === ""}>
          {texts.search.choose}
        </option>
        {codes.map(({ code, label }) => (
          <option key={code} value={code} selected={value === String(code)}>
            {label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}
