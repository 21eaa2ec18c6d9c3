import { codeList, type Field } from "rekam";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { useVillages } from "./use-villages.js";

/** What a field holds, in words. */
export function FieldValue({ field, value }: { field: Field; value: string }) {
  if (value === "") return <span class="quiet">{texts.review.empty}</span>;
  if (field.kind === "village") return <VillageValue code={value} />;
  if (field.kind !== "code") return <>{value}</>;
  return <>{codeList(field.list ?? field.name).codes.find(({ code }) => String(code) === value)?.label ?? value}</>;
}

function VillageValue({ code }: { code: string }) {
  const { site } = useStation();
  const village = useVillages(site.site)?.find((one) => one.code === code);
  return <>{village ? `${village.name}, ${texts.search.villagePlace(village.district, village.regency)}` : code}</>;
}
