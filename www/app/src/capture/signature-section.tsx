import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.js";
import { SectionFrame } from "../recording/section-frame.js";
import { findingsOf, type DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { CaptureFailure, useCaptureTask } from "./capture-task.js";
import { SignaturePad } from "./signature-pad.js";
import { useCaptureUrl } from "./use-capture-url.js";

/** The signature: kept after every stroke, or shown if it was drawn before. */
export function SignatureSection({ handle }: { handle: DraftHandle }) {
  const { draft } = handle;
  const captured = draft.captures.some(({ slot }) => slot === "signature");
  const [drawing, setDrawing] = useState(!captured);
  const task = useCaptureTask();
  const picture = useCaptureUrl(draft, "signature");
  const keep = (bytes: Blob | null) => (bytes ? handle.capture("signature", bytes) : handle.removeCapture("signature"));

  return (
    <SectionFrame section="signature" sections={handle.sections} findings={findingsOf(handle, "signature")}>
      <div class="signature">
        {drawing ? (
          <SignaturePad keep={(bytes) => task.run(() => keep(bytes))} />
        ) : (
          <>
            {picture && <img class="signature-picture" src={picture} alt={texts.signature.image} />}
            <div class="actions">
              <button type="button" class="button" onClick={() => setDrawing(true)}>
                {texts.signature.redo}
              </button>
            </div>
          </>
        )}
        <CaptureFailure task={task} />
        <p class="capture-state" data-state={captured ? "captured" : "missing"} role="status">
          <Icon name={captured ? "check" : "clock"} />
          {captured ? texts.signature.captured : texts.signature.empty}
        </p>
      </div>
    </SectionFrame>
  );
}
