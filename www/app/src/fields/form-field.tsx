import { codeList } from "rekam";
import { CodeChoice } from "./code-choice.js";
import { CodeRadios } from "./code-radios.js";
import { CodeSearch } from "./code-search.js";
import { DateField } from "./date-field.js";
import type { FieldProps } from "./field-props.js";
import { TextField } from "./text-field.js";
import { VillageField } from "./village-field.js";

/** All at a glance up to here. */
const MOST_RADIOS = 6;
/** More are found faster by typing than by scrolling. */
const MOST_CHOICES = 20;

/** The control that suits the kind of a field. */
export function FormField(props: FieldProps) {
  const { field } = props;
  switch (field.kind) {
    case "date":
      return <DateField {...props} />;
    case "village":
      return <VillageField {...props} />;
    case "code": {
      const { codes } = codeList(field.list ?? field.name);
      if (codes.length <= MOST_RADIOS) return <CodeRadios {...props} codes={codes} />;
      if (codes.length <= MOST_CHOICES) return <CodeChoice {...props} codes={codes} />;
      return <CodeSearch {...props} codes={codes} />;
    }
    case "nik":
    case "name":
    case "text":
    case "rt":
    case "rw":
      return <TextField {...props} />;
  }
}
