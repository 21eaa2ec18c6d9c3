import type { Durability } from "rekam";
import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";

/** In a sentence: whether a power cut takes what is saved now, and what one has taken. */
export function DurabilityNote({ durability }: { durability: Durability | null }) {
  if (!durability) return null;
  const { journal, lost } = durability;
  return (
    <>
      <p class="quiet" role="status">
        <Icon name={journal === "ready" ? "check" : journal === "young" ? "clock" : "alert"} />
        {texts.durability[journal]}
      </p>
      {lost.length > 0 && (
        <p class="finding" data-severity="error" role="alert">
          {texts.durability.lost(lost.join(", "))}
        </p>
      )}
    </>
  );
}
