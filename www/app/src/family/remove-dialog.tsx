import { Dialog } from "../parts/dialog.js";
import { texts } from "../texts/index.js";

/** Asks before what was typed of a member is lost. */
export function RemoveDialog({ name, close, remove }: { name: string; close(): void; remove(): void }) {
  return (
    <Dialog title={texts.family.removeTitle} close={close}>
      {name && (
        <p>
          <strong>{name}</strong>
        </p>
      )}
      <p>{texts.family.removeHint}</p>
      <div class="actions">
        <button type="button" class="button" onClick={close}>
          {texts.common.cancel}
        </button>
        <button type="button" class="button danger" onClick={remove}>
          {texts.common.delete}
        </button>
      </div>
    </Dialog>
  );
}
