import { Heading } from "../parts/heading.js";
import { Shell } from "../parts/shell.js";
import { codeOf } from "../station/connection.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

/** The station could not be opened. */
export function Problem({ error }: { error: unknown }) {
  return (
    <Shell>
      <div class="card stack">
        <Heading name={texts.app.failed} />
        <p role="alert">{reason(error)}</p>
        <p>{texts.app.failedHint}</p>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          {texts.app.reload}
        </button>
      </div>
    </Shell>
  );
}

/** The core may be what failed to load: then it has no sentence. */
function reason(error: unknown): string {
  try {
    return say(codeOf(error));
  } catch {
    return codeOf(error);
  }
}
