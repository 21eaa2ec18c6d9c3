import type { BiometricException, Slot } from "rekam";
import { Dialog } from "../parts/dialog.js";
import { Icon } from "../parts/icon.js";
import type { DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { formatSize, formatTime } from "../texts/format.js";
import { CaptureFailure, useCaptureTask } from "./capture-task.js";
import { FileButton } from "./file-button.js";
import { typed } from "./file-type.js";

interface Props {
  slot: Slot;
  handle: DraftHandle;
  close(): void;
}

const KINDS = ["temporary", "permanent"] as const;

/** One finger or eye: its file, or why there is none. */
export function SlotDialog({ slot, handle, close }: Props) {
  const { draft } = handle;
  const task = useCaptureTask();
  const capture = draft.captures.find((one) => one.slot === slot);
  const exception = draft.exceptions.find((one) => one.slot === slot);
  const title = texts.slots[slot];
  const choose = ([file]: File[]) => {
    if (file) task.run(() => handle.capture(slot, typed(file)));
  };
  return (
    <Dialog title={title} close={close}>
      <p class="capture-state" data-state={capture ? "captured" : "missing"} role="status">
        <Icon name={capture ? "check" : "clock"} />
        {texts.biometrics.state[capture ? "captured" : (exception?.kind ?? "missing")]}
        {capture && ` · ${formatSize(capture.length)} · ${formatTime(capture.capturedAt)}`}
      </p>
      <CaptureFailure task={task} />
      <div class="actions start">
        <FileButton
          label={texts.biometrics.chooseFile}
          name={texts.biometrics.file(title)}
          disabled={task.busy}
          chosen={choose}
        />
        {capture && (
          <button
            type="button"
            class="button"
            disabled={task.busy}
            onClick={() => task.run(() => handle.removeCapture(slot))}
          >
            {texts.biometrics.remove}
          </button>
        )}
      </div>
      {!capture && <ExceptionFields exception={exception} change={(next) => handle.except(slot, next)} />}
      <div class="actions">
        <button type="button" class="button primary" onClick={close}>
          {texts.common.done}
        </button>
      </div>
    </Dialog>
  );
}

interface ExceptionProps {
  exception: BiometricException | undefined;
  change(exception: Omit<BiometricException, "slot"> | null): void;
}

function ExceptionFields({ exception, change }: ExceptionProps) {
  const reason = exception?.reason ?? "";
  return (
    <>
      <div class="field">
        <span class="field-label" id="exception-label">
          {texts.biometrics.exception}
        </span>
        <div class="radios" role="radiogroup" aria-labelledby="exception-label">
          <label class="radio">
            <input type="radio" name="exception" checked={!exception} onChange={() => change(null)} />
            <span>{texts.biometrics.exceptionKinds.none}</span>
          </label>
          {KINDS.map((kind) => (
            <label key={kind} class="radio">
              <input
                type="radio"
                name="exception"
                checked={exception?.kind === kind}
                onChange={() => change({ kind, reason })}
              />
              <span>{texts.biometrics.exceptionKinds[kind]}</span>
            </label>
          ))}
        </div>
      </div>
      {exception && (
        <div class="field">
          <label class="field-label" for="exception-reason">
            {texts.biometrics.exceptionReason}
          </label>
          <p class="field-hint" id="exception-reason-hint">
            {texts.biometrics.exceptionHint}
          </p>
          <input
            id="exception-reason"
            class="input"
            type="text"
            autoComplete="off"
            spellcheck={false}
            required
            aria-describedby="exception-reason-hint"
            value={reason}
            onInput={(event) => change({ kind: exception.kind, reason: event.currentTarget.value })}
          />
        </div>
      )}
    </>
  );
}
