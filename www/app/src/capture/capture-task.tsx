import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.js";
import { codeOf } from "../station/connection.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

export interface CaptureTask {
  busy: boolean;
  failure: string | null;
  run(step: () => Promise<void>): void;
}

/** Runs one capture at a time and keeps the code of its failure. */
export function useCaptureTask(): CaptureTask {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = (step: () => Promise<void>) => {
    setBusy(true);
    setFailure(null);
    step()
      .catch((error: unknown) => setFailure(codeOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, failure, run };
}

/** What was not kept, and why. */
export function CaptureFailure({ task }: { task: CaptureTask }) {
  if (!task.failure) return null;
  return (
    <p class="finding" data-severity="error" role="alert">
      <Icon name="alert" />
      <span>
        {texts.biometrics.notStored} {say(task.failure)}
      </span>
    </p>
  );
}
