import { fieldId } from "../recording/places.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";
import type { Option } from "./search.js";

/** A few options, all of them in view. */
export function Radios({ options, ...props }: FieldProps & { options: Option[] }) {
  const { field, path, value, findings, change, leave } = props;
  const id = fieldId(path);
  return (
    <FieldFrame {...props} group>
      <div
        id={id}
        class="radios"
        role="radiogroup"
        aria-labelledby={`${id}-label`}
        aria-describedby={describedBy(path)}
        aria-required={field.required}
        aria-invalid={isFaulty(findings)}
      >
        {options.map((option) => (
          <label key={option.value} class="radio">
            <input
              type="radio"
              name={id}
              value={option.value}
              checked={value === option.value}
              onClick={() => {
                // What may be empty can be emptied again.
                if (!field.required && value === option.value) change("");
              }}
              onChange={() => {
                change(option.value);
                leave();
              }}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </FieldFrame>
  );
}
