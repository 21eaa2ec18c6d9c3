import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import type { DraftHandle } from "./use-draft.js";

/** Which papers were shown, and which were not. */
export function AttachmentsReview({ handle: { draft, examination } }: { handle: DraftHandle }) {
  return (
    <section class="card" aria-labelledby="review-attachments">
      <h2 id="review-attachments">{texts.sections.attachments}</h2>
      <ul class="papers-shown">
        {examination.attachments.map((name) => {
          const shown = draft.attachments.includes(name);
          return (
            <li key={name} class="capture-state" data-state={shown ? "captured" : "missing"}>
              <Icon name={shown ? "check" : "cross"} />
              <span>
                {texts.attachments[name] ?? name}
                {!shown && `: ${texts.papers.missing}`}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
