import { fieldId } from "../recording/places.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";
import { withDashes } from "./with-dashes.js";

/** A date typed as digits; the dashes come by themselves. */
export function DateField(props: FieldProps) {
  const { field, path, value, findings, change, leave } = props;
  return (
    <FieldFrame {...props}>
      <input
        id={fieldId(path)}
        class="input input-date"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        spellcheck={false}
        enterKeyHint="next"
        value={value}
        required={field.required}
        aria-invalid={isFaulty(findings)}
        aria-describedby={describedBy(path)}
        onInput={(event) => {
          const input = event.currentTarget;
          const deleting = (event as InputEvent).inputType?.startsWith("delete");
          const atEnd = input.selectionStart === input.value.length;
          // Only when typing on: else the caret would jump, and a dash could not be deleted.
          if (!deleting && atEnd) input.value = withDashes(input.value);
          change(input.value);
        }}
        onBlur={leave}
      />
    </FieldFrame>
  );
}
