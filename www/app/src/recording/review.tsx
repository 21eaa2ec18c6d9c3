import { useState } from "preact/hooks";
import type { Form } from "rekam";
import { FieldValue } from "../fields/field-value.js";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { replaceBy } from "../router.js";
import { codeOf } from "../station/connection.js";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { CapturesReview } from "./captures-review.js";
import { FindingsSummary } from "./findings-summary.js";
import { fieldsOf } from "./layout.js";
import type { DraftHandle } from "./use-draft.js";

interface Props {
  form: Form;
  handle: DraftHandle;
}

/** What is about to be sealed, for clerk and applicant to read, and the button that seals it. */
export function Review({ form, handle }: Props) {
  const { station, refreshPackets } = useStation();
  const { draft, findings, autosave } = handle;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await autosave.flush();
      autosave.stop();
      const packet = await station.seal(draft.id);
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
      <p>{texts.review.intro}</p>
      <FindingsSummary findings={findings} />
      {(["person", "address"] as const).map((section) => (
        <section key={section} class="card" aria-labelledby={`review-${section}`}>
          <h2 id={`review-${section}`}>{texts.recording.sections[section]}</h2>
          <dl class="facts">
            {fieldsOf(form, section).map((field) => (
              <div key={field.name}>
                <dt>{texts.fields[field.name] ?? field.name}</dt>
                <dd>
                  <FieldValue field={field} value={draft.fields[field.name] ?? ""} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <CapturesReview draft={draft} />
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
