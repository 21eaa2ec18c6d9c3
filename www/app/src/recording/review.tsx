import { useState } from "preact/hooks";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { replaceBy } from "../router.js";
import { codeOf } from "../station/connection.js";
import { useStation } from "../station/context.js";
import { sectionName, texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { AnswersReview } from "./answers-review.js";
import { AttachmentsReview } from "./attachments-review.js";
import { CapturesReview } from "./captures-review.js";
import { withoutAnswered } from "./examined.js";
import { FactsReview } from "./facts-review.js";
import { FindingsSummary } from "./findings-summary.js";
import { RecordedBefore } from "./recorded-before.js";
import type { DraftHandle } from "./use-draft.js";

/** What is about to be sealed, for clerk and applicant to read, and the button that seals it. */
export function Review({ handle }: { handle: DraftHandle }) {
  const { station, refreshPackets, unsaved } = useStation();
  const { draft, form, findings, autosave } = handle;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await autosave.flush();
      autosave.stop();
      const packet = await unsaved.during(station.seal(draft.id));
      await refreshPackets();
      replaceBy({ screen: "sealed", pid: packet.pid });
    } catch (error) {
      autosave.resume();
      setFailure(say(codeOf(error)));
      setBusy(false);
    }
  };
  return (
    <div class="stack review" aria-busy={busy}>
      <Heading name={texts.review.title} />
      <p class="review-service">{texts.services[draft.service].title}</p>
      <p>{texts.review.intro}</p>
      <FindingsSummary findings={withoutAnswered(findings, draft)} draft={draft} form={form} />
      <RecordedBefore nik={draft.fields["nik"]} />
      <AnswersReview handle={handle} />
      {form.sections.map(({ name, fields }) => (
        <section key={name} class="card" aria-labelledby={`review-${name}`}>
          <h2 id={`review-${name}`}>{sectionName(name)}</h2>
          <FactsReview fields={fields} member={null} typed={draft.fields} isSkipped={handle.beside.isSkipped} />
        </section>
      ))}
      {handle.sections.includes("members") &&
        draft.members.map((member, n) => (
          <section key={member.id} class="card" aria-labelledby={`review-member-${n}`}>
            <h2 id={`review-member-${n}`}>{texts.family.row(n + 1, member.fields["name"] ?? "")}</h2>
            <FactsReview
              fields={form.members}
              member={n}
              typed={member.fields}
              isSkipped={handle.beside.isSkipped}
              short
            />
          </section>
        ))}
      {handle.sections.includes("attachments") && <AttachmentsReview handle={handle} />}
      {form.captures.length > 0 && <CapturesReview handle={handle} />}
      <div class="action-bar">
        {failure && (
          <p class="save-note strong-error" role="alert">
            <Icon name="alert" />
            <span>
              {texts.review.failed} {failure}
            </span>
          </p>
        )}
        {busy && (
          <p class="save-note" role="status">
            <Icon name="clock" />
            {texts.review.saving}
          </p>
        )}
        <button type="button" class="button" disabled={busy} onClick={() => history.back()}>
          {texts.review.edit}
        </button>
        <button type="button" class="button primary" disabled={busy} onClick={() => void save()}>
          {texts.review.save}
        </button>
      </div>
    </div>
  );
}
