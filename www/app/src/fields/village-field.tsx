import { useMemo } from "preact/hooks";
import { useStation } from "../station/context.js";
import type { Village } from "../station/regions.js";
import { texts } from "../texts/index.js";
import type { FieldProps } from "./field-props.js";
import { SearchField } from "./search-field.js";
import { search, type Option } from "./search.js";

/** From here on the whole province is searched. */
const LETTERS_FOR_PROVINCE = 2;

/** A village by name: those of the station's own kecamatan at once, the rest of the province by typing. */
export function VillageField(props: FieldProps) {
  const { site, province } = useStation();
  const villages = province?.villages;
  const all = useMemo(() => (villages ?? []).map(optionOf), [villages]);
  const own = useMemo(() => all.filter(({ value }) => value.startsWith(`${site.site}.`)), [all, site.site]);
  /** The own kecamatan leads among villages that fit equally well. */
  const ownFirst = useMemo(() => [...own, ...all.filter(({ value }) => !value.startsWith(`${site.site}.`))], [own, all]);
  const chosen = all.find(({ value }) => value === props.value);
  const find = (query: string) => search(query.trim().length < LETTERS_FOR_PROVINCE ? own : ownFirst, query);
  if (!villages) {
    return (
      <SearchField
        {...props}
        chosen=""
        find={() => []}
        hint={texts.search.villageData}
        accept={(typed) => typed.trim()}
        free
      />
    );
  }
  return <SearchField {...props} chosen={chosen ? villageText(chosen) : ""} find={find} accept={codeIn} />;
}

/** A village younger than the list is typed as its code; the clerk then answers for it. */
function codeIn(typed: string): string {
  return /^[\d.\s]+$/.test(typed) ? typed.trim() : "";
}

function optionOf({ code, name, district, regency }: Village): Option {
  return { value: code, label: name, detail: texts.search.villagePlace(district, regency) };
}

export function villageText({ label, detail }: Option): string {
  return detail ? `${label}, ${detail}` : label;
}
