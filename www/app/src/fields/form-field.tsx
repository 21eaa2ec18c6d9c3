import type { Field, Finding, Override } from "rekam";
import { memo } from "../parts/memo.js";
import type { Owner } from "../recording/places.js";
import type { Proposal } from "../recording/proposals.js";
import type { FieldActions } from "../recording/use-draft.js";
import { BirthPlaceField } from "./birth-place-field.js";
import { CodeChoice } from "./code-choice.js";
import { codeOptions } from "./code-options.js";
import { CodeSearch } from "./code-search.js";
import { DateField } from "./date-field.js";
import type { FieldProps } from "./field-props.js";
import { Radios } from "./radios.js";
import type { Option } from "./search.js";
import { TextField } from "./text-field.js";
import { VillageField } from "./village-field.js";

/** All at a glance up to here. */
const MOST_RADIOS = 6;
/** More are found faster by typing than by scrolling. */
const MOST_CHOICES = 20;

/** The words of the form, which a packet holds as they are. */
const PRESENCE: Option[] = [
  { value: "ADA", label: "ADA" },
  { value: "TIDAK ADA", label: "TIDAK ADA" },
];

interface Props {
  field: Field;
  path: string;
  owner: Owner;
  value: string;
  findings: Finding[];
  proposals: Proposal[];
  written: Override[];
  actions: FieldActions;
}

/** One field. It renders again only when something of its own has changed. */
export const FormField = memo(function FormField({ owner, actions, ...props }: Props) {
  const { name } = props.field;
  return (
    <Control
      {...props}
      change={(value) => actions.change(owner, name, value)}
      leave={() => actions.leave(owner, name)}
      answer={(code, reason) => actions.answer(owner, name, code, reason)}
      switchTo={actions.switchTo}
    />
  );
});

/** The control that suits the kind of a field. */
function Control(props: FieldProps) {
  const { field } = props;
  switch (field.kind) {
    case "date":
    case "birth_date":
      return <DateField {...props} />;
    case "village":
      return <VillageField {...props} />;
    case "presence":
      return <Radios {...props} options={PRESENCE} />;
    case "code": {
      const options = codeOptions(field.list ?? field.name);
      if (options.length <= MOST_RADIOS) return <Radios {...props} options={options} />;
      if (options.length <= MOST_CHOICES) return <CodeChoice {...props} options={options} />;
      return <CodeSearch {...props} options={options} />;
    }
    case "text":
      return field.name === "birth_place" ? <BirthPlaceField {...props} /> : <TextField {...props} />;
    case "nik":
    case "kk_number":
    case "name":
    case "known_name":
    case "count":
    case "phone":
    case "email":
    case "rt":
    case "rw":
    case "postcode":
      return <TextField {...props} />;
  }
}
