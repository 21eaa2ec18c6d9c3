import type { FieldProps } from "./field-props.js";
import { SearchField } from "./search-field.js";
import { search, type Option } from "./search.js";

/** A long code list: found by typing. */
export function CodeSearch({ options, ...props }: FieldProps & { options: Option[] }) {
  const chosen = options.find(({ value }) => value === props.value);
  return <SearchField {...props} chosen={chosen?.label ?? ""} find={(query) => search(options, query)} />;
}
