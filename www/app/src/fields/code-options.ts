import { codeList } from "rekam";
import type { Option } from "./search.js";

const lists = new Map<string, Option[]>();

/** The options of a code list, read once. */
export function codeOptions(list: string): Option[] {
  const known = lists.get(list);
  if (known) return known;
  const options = codeList(list).codes.map(({ code, label }): Option => ({ value: String(code), label }));
  lists.set(list, options);
  return options;
}

/** A code in words; what is none is given back. */
export function codeLabel(list: string, value: string): string {
  return codeOptions(list).find((option) => option.value === value)?.label ?? value;
}
