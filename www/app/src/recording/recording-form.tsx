import type { Finding } from "rekam";
import { FaceSection } from "../capture/face-section.js";
import { FingersSection } from "../capture/fingers-section.js";
import { IrisesSection } from "../capture/irises-section.js";
import { SignatureSection } from "../capture/signature-section.js";
import { FamilySection } from "../family/family-section.js";
import { moveOnEnter } from "../fields/move-on-enter.js";
import { Heading } from "../parts/heading.js";
import { texts } from "../texts/index.js";
import { AttachmentsSection } from "./attachments-section.js";
import { FieldGrid } from "./field-grid.js";
import { workIn } from "./last-open.js";
import { FindingsSummary } from "./findings-summary.js";
import { RecordedBefore } from "./recorded-before.js";
import { SaveNote } from "./save-note.js";
import { SectionFrame } from "./section-frame.js";
import { SectionNav } from "./section-nav.js";
import type { DraftHandle } from "./use-draft.js";

interface Props {
  handle: DraftHandle;
  /** The member whose row is open. */
  openMember: string | null;
  setOpenMember(id: string | null): void;
  /** Goes to the place of a finding. */
  lead(finding: Finding): void;
  review(): void;
}

/** Everything that a service asks for, on one page. */
export function RecordingForm({ handle, openMember, setOpenMember, lead, review }: Props) {
  const { draft, form, sections, shown, beside, actions } = handle;
  return (
    <form
      class="recording"
      noValidate
      autoComplete="off"
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={moveOnEnter}
      onFocusIn={(event) => workIn(event.target)}
      onPointerDown={(event) => workIn(event.target)}
    >
      <Heading name={texts.services[draft.service].title} />
      <SectionNav form={form} sections={sections} findings={handle.findings} shown={shown} />
      <div class="stack">
        <FindingsSummary findings={handle.unanswered} draft={draft} form={form} lead={lead} />
        {form.sections.map(({ name, fields }) => (
          <SectionFrame key={name} section={name} sections={sections}>
            <FieldGrid
              fields={fields}
              owner={null}
              member={null}
              typed={draft.fields}
              written={draft.overrides}
              beside={beside}
              actions={actions}
            />
            {fields.some((field) => field.name === "nik") && <RecordedBefore nik={draft.fields["nik"]} />}
          </SectionFrame>
        ))}
        {sections.includes("members") && (
          <FamilySection handle={handle} openMember={openMember} setOpenMember={setOpenMember} />
        )}
        {sections.includes("attachments") && <AttachmentsSection handle={handle} />}
        {sections.includes("face") && <FaceSection handle={handle} />}
        {sections.includes("signature") && <SignatureSection handle={handle} />}
        {sections.includes("fingers") && <FingersSection handle={handle} />}
        {sections.includes("irises") && <IrisesSection handle={handle} />}
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
