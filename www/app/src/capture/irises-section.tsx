import { useState } from "preact/hooks";
import type { Slot } from "rekam";
import { IRIS_SLOTS } from "../recording/layout.js";
import { SectionFrame } from "../recording/section-frame.js";
import { findingsOf, type DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { ManyFiles } from "./many-files.js";
import { SlotDialog } from "./slot-dialog.js";
import { SlotGrid } from "./slot-grid.js";

/** Both irises, as files for now. */
export function IrisesSection({ handle }: { handle: DraftHandle }) {
  const [open, setOpen] = useState<Slot | null>(null);
  return (
    <SectionFrame section="irises" sections={handle.sections} findings={findingsOf(handle, "irises")}>
      <ManyFiles
        label={texts.biometrics.irisFiles}
        hint={texts.biometrics.irisFilesHint}
        slots={IRIS_SLOTS}
        handle={handle}
      />
      <SlotGrid title={texts.biometrics.bothIrises} slots={[...IRIS_SLOTS].reverse()} handle={handle} open={setOpen} />
      {open && <SlotDialog slot={open} handle={handle} close={() => setOpen(null)} />}
    </SectionFrame>
  );
}
