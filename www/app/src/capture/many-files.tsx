import { useState } from "preact/hooks";
import type { Slot } from "rekam";
import { Icon } from "../parts/icon.js";
import type { DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { CaptureFailure, useCaptureTask } from "./capture-task.js";
import { assignFiles } from "./file-assignment.js";
import { FileButton } from "./file-button.js";
import { typed } from "./file-type.js";

interface Props {
  label: string;
  hint: string;
  slots: Slot[];
  handle: DraftHandle;
}

/** Takes a scanner's whole export at once and puts each file into its slot. */
export function ManyFiles({ label, hint, slots, handle }: Props) {
  const task = useCaptureTask();
  const [note, setNote] = useState("");
  const [left, setLeft] = useState("");
  const take = (files: File[]) =>
    task.run(async () => {
      const filled = new Set([...handle.draft.captures, ...handle.draft.exceptions].map(({ slot }) => slot));
      const assignment = assignFiles(files, slots, filled);
      setLeft(assignment.left.map(({ name }) => name).join(", "));
      let done = 0;
      for (const [slot, file] of assignment.placed) {
        setNote(texts.biometrics.storing(done, assignment.placed.size));
        await handle.capture(slot, typed(file));
        done++;
      }
      setNote(done > 0 ? texts.biometrics.stored(done) : "");
    });
  return (
    <div class="many-files">
      <FileButton label={label} multiple disabled={task.busy} chosen={take} />
      <p class="field-hint">{hint}</p>
      <p class="capture-state" role="status" data-state={task.busy ? "missing" : "captured"}>
        {note && <Icon name={task.busy ? "clock" : "check"} />}
        {note}
      </p>
      {left && (
        <p class="finding" data-severity="warning" role="alert">
          <Icon name="alert" />
          {texts.biometrics.leftOver(left)}
        </p>
      )}
      <CaptureFailure task={task} />
    </div>
  );
}
