import type { Draft, Slot } from "rekam";
import { useCaptureUrl } from "../capture/use-capture-url.js";
import { texts } from "../texts/index.js";
import { FINGER_SLOTS, IRIS_SLOTS } from "./layout.js";
import type { DraftHandle } from "./use-draft.js";

/** What was captured: pictures where a person can judge them, counts where not. */
export function CapturesReview({ handle: { draft, form, sections } }: { handle: DraftHandle }) {
  const counted = [
    { label: texts.sections.fingers, slots: FINGER_SLOTS },
    { label: texts.sections.irises, slots: IRIS_SLOTS },
  ].filter(({ slots }) => form.captures.some((slot) => slots.includes(slot)));
  const exceptions = draft.exceptions.filter(({ slot }) => form.captures.includes(slot));
  if (counted.length === 0 && !sections.includes("face")) return null;
  return (
    <section class="card" aria-labelledby="review-captures">
      <h2 id="review-captures">{texts.review.captures}</h2>
      <div class="review-pictures">
        {sections.includes("face") && (
          <Picture
            draft={draft}
            slot="face"
            alt={texts.photo.image}
            note={draft.photoApproved ? texts.review.approved : ""}
          />
        )}
        {form.captures.includes("signature") && (
          <Picture draft={draft} slot="signature" alt={texts.signature.image} note="" />
        )}
      </div>
      <dl class="facts">
        {counted.map(({ label, slots }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {texts.review.captured(draft.captures.filter(({ slot }) => slots.includes(slot)).length, slots.length)}
            </dd>
          </div>
        ))}
        {exceptions.length > 0 && (
          <div>
            <dt>{texts.review.exceptions}</dt>
            <dd>
              {exceptions.map(({ slot, kind, reason }) => (
                <p key={slot}>
                  {texts.slots[slot]}: {texts.biometrics.state[kind]}. {reason}
                </p>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Picture({ draft, slot, alt, note }: { draft: Draft; slot: Slot; alt: string; note: string }) {
  const url = useCaptureUrl(draft, slot);
  if (!url) return null;
  return (
    <figure class={`picture picture-${slot}`}>
      <img src={url} alt={alt} />
      {note && <figcaption>{note}</figcaption>}
    </figure>
  );
}
