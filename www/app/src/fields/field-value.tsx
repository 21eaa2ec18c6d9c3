import { codeList, type Field } from "rekam";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";

/** What a field holds, in words. */
export function FieldValue({ field, value }: { field: Field; value: string }) {
  if (value === "") return <span class="quiet">{texts.review.empty}</span>;
  if (field.kind === "village") return <VillageValue code={value} />;
  if (field.kind !== "code") return <>{value}</>;
  return <>{codeList(field.list ?? field.name).codes.find(({ code }) => String(code) === value)?.label ?? value}</>;
}

function VillageValue({ code }: { code: string }) {
  const { province } = useStation();
  const village = province?.villages.find((one) => one.code === code);
  return <>{village ? `${village.name}, ${texts.search.villagePlace(village.district, village.regency)}` : code}</>;
}
