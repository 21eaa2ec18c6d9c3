import { fieldId } from "../recording/places.js";
import { texts } from "../texts/index.js";
import { FieldFrame, describedBy } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";
import type { Option } from "./search.js";

/** A code list of medium length: the picker of the device. */
export function CodeChoice({ options, ...props }: FieldProps & { options: Option[] }) {
  const { field, path, value, findings, change, leave } = props;
  return (
    <FieldFrame {...props}>
      <select
        id={fieldId(path)}
        class="input"
        autoComplete="off"
        required={field.required}
        aria-invalid={isFaulty(findings)}
        aria-describedby={describedBy(path)}
        onChange={(event) => {
          change(event.currentTarget.value);
          leave();
        }}
        onBlur={leave}
      >
        <option value="" selected={value === ""}>
          {texts.search.choose}
        </option>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={value === option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}
