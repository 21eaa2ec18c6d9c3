import type { Attachment } from "rekam";
import { FindingList } from "../fields/finding-list.js";
import { texts } from "../texts/index.js";
import { attachmentId } from "./places.js";
import { SectionFrame } from "./section-frame.js";
import type { DraftHandle } from "./use-draft.js";

/** The papers that the applicant shows, to be ticked off. */
export function AttachmentsSection({ handle }: { handle: DraftHandle }) {
  const { form, examination } = handle;
  const asked = form.attachments.filter(({ name }) => examination.attachments.includes(name));
  return (
    <SectionFrame section="attachments" sections={handle.sections}>
      <p class="field-hint">{texts.papers.hint}</p>
      <ul class="papers">
        {asked.map((paper) => (
          <Paper key={paper.name} paper={paper} handle={handle} />
        ))}
      </ul>
    </SectionFrame>
  );
}

function Paper({ paper: { name, required }, handle }: { paper: Attachment; handle: DraftHandle }) {
  const { draft, beside, actions } = handle;
  const id = attachmentId(name);
  const findings = beside.findings(name);
  const faulty = findings.some(({ severity }) => severity === "error");
  return (
    <li class="field" data-severity={findings[0]?.severity}>
      <label class="check">
        <input
          id={id}
          type="checkbox"
          checked={draft.attachments.includes(name)}
          aria-labelledby={`${id}-name`}
          aria-invalid={faulty}
          aria-describedby={`${id}-need ${id}-findings`}
          onChange={(event) => actions.setAttachment(name, event.currentTarget.checked)}
        />
        <span id={`${id}-name`}>{texts.attachments[name] ?? name}</span>
        <small id={`${id}-need`} class="paper-need" data-required={required}>
          {required ? texts.papers.required : texts.papers.optional}
        </small>
      </label>
      <FindingList
        id={`${id}-findings`}
        findings={findings}
        answering={{
          written: draft.overrides,
          answer: (code, reason) => actions.answer(null, name, code, reason),
          switchTo: actions.switchTo,
        }}
      />
    </li>
  );
}
