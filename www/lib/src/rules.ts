// Forms, code lists and findings: synchronous, in whatever realm loaded the module.
import type { CodeList, Draft, Examination, Field, Finding, Form, Service, StatusWord } from "./types.js";
import { wasm } from "./wasm.js";

/** The forms as they are committed: groups of fields, and services made of them. */
interface Forms {
  groups: Record<string, Field[]>;
  services: (Omit<Form, "sections" | "members" | "photoFromYears"> & {
    sections: { name: string; group?: string; fields?: Field[] }[];
    member_group?: string;
    photo_from_years?: number;
  })[];
}

let forms: Map<Service, Form> | undefined;
let lists: CodeList[] | undefined;
let words: StatusWord[] | undefined;

/** What a service asks for. */
export function form(service: Service): Form {
  forms ??= resolve(JSON.parse(wasm().formsJson()) as Forms);
  const found = forms.get(service);
  if (!found) throw new RangeError("there is no such service");
  return found;
}

function resolve({ groups, services }: Forms): Map<Service, Form> {
  const fields = (group: string | undefined) => (group === undefined ? [] : (groups[group] ?? []));
  return new Map(
    services.map(({ sections, member_group, photo_from_years = 0, ...rest }) => [
      rest.service,
      {
        ...rest,
        sections: sections.map((section) => ({
          name: section.name,
          fields: [...(section.fields ?? []), ...fields(section.group)],
        })),
        members: fields(member_group),
        photoFromYears: photo_from_years,
      },
    ]),
  );
}

/** A code list by name. */
export function codeList(name: string): CodeList {
  lists ??= JSON.parse(wasm().listsJson()) as CodeList[];
  const list = lists.find((one) => one.name === name);
  if (!list) throw new RangeError("there is no code list of this name");
  return list;
}

/** What the population register calls a status; undefined for `RECEIVED`, which is the registry's, and for later words. */
export function statusWord(word: string): StatusWord | undefined {
  words ??= (JSON.parse(wasm().statusWordsJson()) as { words: StatusWord[] }).words;
  return words.find((one) => one.word === word);
}

/**
 * All findings of a draft, at once.
 *
 * @param today - The day of recording, `YYYY-MM-DD`.
 */
export function check(draft: Draft, today: string): Finding[] {
  return examine(draft, today).findings;
}

/**
 * All that the rules say of a draft: findings, values, what is not asked for, what a NIK suggests.
 *
 * @param today - The day of recording, `YYYY-MM-DD`.
 * @param extent - `given`: only of what is there. A field that was never typed into is not missing.
 */
export function examine(draft: Draft, today: string, extent: "whole" | "given" = "whole"): Examination {
  return wasm().examine(draft, today, extent === "given") as Examination;
}

/** Names of regencies, districts and villages of a province, as `rekam/regions/<province>.json` holds them. */
export interface ProvinceRegions {
  version: string;
  notice: string;
  regencies: [
    code: string,
    name: string,
    districts: [code: string, name: string, villages: [code: string, name: string][]][],
  ][];
}

/** From now on the villages of the province are known: others are `village_unknown`. Until then the district decides. */
export function loadRegions(province: ProvinceRegions): void {
  const codes = province.regencies.flatMap(([, , districts]) =>
    districts.flatMap(([, , villages]) => villages.map(([code]) => Number(code.replaceAll(".", "")))),
  );
  wasm().loadVillages(Float64Array.from(codes));
}
