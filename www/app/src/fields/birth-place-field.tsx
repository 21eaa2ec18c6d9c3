import { useMemo } from "preact/hooks";
import { useStation } from "../station/context.js";
import type { FieldProps } from "./field-props.js";
import { SearchField } from "./search-field.js";
import { search, type Option } from "./search.js";

/** One letter fits too many. */
const LETTERS_FOR_REGENCIES = 2;

/**
 * A place of birth: the name of the regency or city alone (SE Dirjen 400.8.2.15/2350), offered while typing. Births
 * elsewhere are typed out.
 */
export function BirthPlaceField(props: FieldProps) {
  const { province } = useStation();
  const options = useMemo(
    () => (province?.birthPlaces ?? []).map((name): Option => ({ value: name, label: name })),
    [province],
  );
  const find = (query: string) => {
    if (query.trim().length < LETTERS_FOR_REGENCIES) return [];
    const found = search(options, query);
    // Nothing to offer where it is typed out already.
    return found.length === 1 && found[0]?.value === query ? [] : found;
  };
  return <SearchField {...props} chosen="" find={find} accept={(typed) => typed} free />;
}
