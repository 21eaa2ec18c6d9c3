import type { Field } from "rekam";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { codeLabel } from "./code-options.js";

/** What a field holds, in words. */
export function FieldValue({ field, value }: { field: Field; value: string }) {
  if (value === "") return <span class="quiet">{texts.review.empty}</span>;
  if (field.kind === "village") return <VillageValue code={value} />;
  return <>{field.kind === "code" ? codeLabel(field.list ?? field.name, value) : value}</>;
}

function VillageValue({ code }: { code: string }) {
  const { province } = useStation();
  const village = province?.villages.find((one) => one.code === code);
  return <>{village ? `${village.name}, ${texts.search.villagePlace(village.district, village.regency)}` : code}</>;
}
