import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { reasonFor } from "./examined.js";
import { placeText } from "./findings-summary.js";
import { placeOf } from "./places.js";
import type { DraftHandle } from "./use-draft.js";

/** What stands although it looks wrong, and the reasons that will be sealed with it. */
export function AnswersReview({ handle: { draft, form, findings } }: { handle: DraftHandle }) {
  const answered = findings.flatMap((finding) => {
    const reason = reasonFor(finding, draft);
    return reason === undefined ? [] : [{ finding, reason }];
  });
  if (answered.length === 0) return null;
  return (
    <section class="card" aria-labelledby="review-answers">
      <h2 id="review-answers">{texts.review.answers}</h2>
      <dl class="facts">
        {answered.map(({ finding, reason }) => {
          const { member } = placeOf(finding.field);
          return (
            <div key={`${finding.field} ${finding.code}`}>
              <dt>
                {member !== null && `${texts.family.row(member + 1, draft.members[member]?.fields["name"] ?? "")}: `}
                {placeText(finding, form)}: {say(finding.code)}
              </dt>
              <dd>{reason}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
