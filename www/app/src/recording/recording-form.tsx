import type { Form } from "rekam";
import { FaceSection } from "../capture/face-section.js";
import { FingersSection } from "../capture/fingers-section.js";
import { IrisesSection } from "../capture/irises-section.js";
import { SignatureSection } from "../capture/signature-section.js";
import { FormField } from "../fields/form-field.js";
import { moveOnEnter } from "../fields/move-on-enter.js";
import { Heading } from "../parts/heading.js";
import { texts } from "../texts/index.js";
import { FindingsSummary } from "./findings-summary.js";
import { fieldsOf, widthOf } from "./layout.js";
import { SaveNote } from "./save-note.js";
import { SectionFrame } from "./section-frame.js";
import { SectionNav } from "./section-nav.js";
import type { DraftHandle } from "./use-draft.js";

interface Props {
  form: Form;
  handle: DraftHandle;
  review(): void;
}

/** Everything that is asked of one applicant, on one page. */
export function RecordingForm({ form, handle, review }: Props) {
  const { findings, shown } = handle;
  return (
    <form
      class="recording"
      noValidate
      autoComplete="off"
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={moveOnEnter}
    >
      <Heading name={texts.recording.title} />
      <SectionNav findings={findings} shown={shown} />
      <div class="stack">
        <FindingsSummary findings={shown} form={form} />
        {(["person", "address"] as const).map((section) => (
          <SectionFrame key={section} section={section}>
            <div class="fields">
              {fieldsOf(form, section).map((field) => (
                <div key={field.name} data-width={widthOf(field)}>
                  <FormField
                    field={field}
                    value={handle.draft.fields[field.name] ?? ""}
                    findings={shown.filter((finding) => finding.field === field.name)}
                    change={handle.setField}
                    leave={handle.leave}
                  />
                </div>
              ))}
            </div>
          </SectionFrame>
        ))}
        <FaceSection handle={handle} />
        <SignatureSection handle={handle} />
        <FingersSection handle={handle} />
        <IrisesSection handle={handle} />
      </div>
      <div class="action-bar">
        <SaveNote state={handle.saveState} />
        <button type="button" class="button primary" onClick={review}>
          {texts.recording.review}
        </button>
      </div>
    </form>
  );
}
