import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { formatTime } from "../texts/format.js";
import { say } from "../texts/say.js";
import type { SaveState } from "./autosave.js";

/** Whether what was typed is safe by now. */
export function SaveNote({ state }: { state: SaveState }) {
  if (state.kind === "failed") {
    return (
      <p class="save-note strong-error" role="alert">
        <Icon name="alert" />
        <span>
          {texts.recording.notSaved} {say(state.code)}
        </span>
      </p>
    );
  }
  return (
    <p class="save-note" role="status">
      <Icon name={state.kind === "saved" ? "check" : "clock"} />
      {state.kind === "saved" ? texts.recording.saved(formatTime(state.at)) : texts.recording.saving}
    </p>
  );
}
