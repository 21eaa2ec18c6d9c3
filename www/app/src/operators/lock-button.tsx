import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { useSession } from "./session.js";

/** In the header of every screen that shows something of somebody. */
export function LockButton() {
  const { lock } = useSession();
  return (
    <button type="button" class="shell-lock" aria-label={texts.lock.lockTablet} onClick={lock}>
      <Icon name="lock" />
      <span aria-hidden="true">{texts.lock.lock}</span>
    </button>
  );
}
