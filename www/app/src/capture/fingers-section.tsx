import { useState } from "preact/hooks";
import type { Slot } from "rekam";
import { FINGER_SLOTS, LEFT_HAND, RIGHT_HAND } from "../recording/layout.js";
import { SectionFrame } from "../recording/section-frame.js";
import { findingsOf, type DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { ManyFiles } from "./many-files.js";
import { SlotDialog } from "./slot-dialog.js";
import { SlotGrid } from "./slot-grid.js";

/** Ten fingerprints, as files for now. */
export function FingersSection({ handle }: { handle: DraftHandle }) {
  const [open, setOpen] = useState<Slot | null>(null);
  return (
    <SectionFrame section="fingers" sections={handle.sections} findings={findingsOf(handle, "fingers")}>
      <ManyFiles
        label={texts.biometrics.fingerFiles}
        hint={texts.biometrics.fingerFilesHint}
        slots={FINGER_SLOTS}
        handle={handle}
      />
      <div class="hands">
        <SlotGrid title={texts.biometrics.leftHand} slots={LEFT_HAND} handle={handle} open={setOpen} />
        <SlotGrid title={texts.biometrics.rightHand} slots={RIGHT_HAND} handle={handle} open={setOpen} />
      </div>
      {open && <SlotDialog slot={open} handle={handle} close={() => setOpen(null)} />}
    </SectionFrame>
  );
}
