import { useMemo } from "preact/hooks";
import type { Code } from "rekam";
import type { FieldProps } from "./field-props.js";
import { SearchField } from "./search-field.js";
import { search, type Option } from "./search.js";

/** A long code list: found by typing. */
export function CodeSearch({ codes, ...props }: FieldProps & { codes: Code[] }) {
  const options = useMemo<Option[]>(() => codes.map(({ code, label }) => ({ value: String(code), label })), [codes]);
  const chosen = options.find(({ value }) => value === props.value);
  return <SearchField {...props} chosen={chosen?.label ?? ""} find={(query) => search(options, query)} />;
}
