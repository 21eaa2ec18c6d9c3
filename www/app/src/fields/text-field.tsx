import type { FieldKind } from "rekam";
import { fieldId } from "../recording/places.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";

type Keyboard = "numeric" | "tel" | "email";

/** The keyboard of the device, where it is not the one for text. */
const KEYBOARDS: Partial<Record<FieldKind, Keyboard>> = {
  nik: "numeric",
  kk_number: "numeric",
  rt: "numeric",
  rw: "numeric",
  postcode: "numeric",
  count: "numeric",
  phone: "tel",
  email: "email",
};
/** Cards are printed in capitals. */
const CAPITALS: ReadonlySet<FieldKind> = new Set(["name", "known_name", "text"]);

/** A line of text, kept as it is typed. */
export function TextField(props: FieldProps) {
  const { field, path, value, findings, change, leave } = props;
  return (
    <FieldFrame {...props}>
      <input
        id={fieldId(path)}
        class={`input input-${field.kind}`}
        type="text"
        inputMode={KEYBOARDS[field.kind] ?? "text"}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize={CAPITALS.has(field.kind) ? "characters" : "off"}
        spellcheck={false}
        enterKeyHint="next"
        value={value}
        required={field.required}
        aria-invalid={isFaulty(findings)}
        aria-describedby={describedBy(path)}
        onInput={(event) => change(event.currentTarget.value)}
        onBlur={leave}
      />
    </FieldFrame>
  );
}
