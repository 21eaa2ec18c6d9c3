import { Heading } from "../parts/heading.js";
import { Shell } from "../parts/shell.js";
import { texts } from "../texts/index.js";

/** Another tab has the station: one at a time writes. */
export function InUse({ takeOver }: { takeOver: () => void }) {
  return (
    <Shell>
      <div class="card stack">
        <Heading name={texts.app.inUse} />
        <button type="button" class="button primary" onClick={takeOver}>
          {texts.app.takeOver}
        </button>
      </div>
    </Shell>
  );
}
