import type { Finding } from "rekam";
import { Icon, type IconName } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

const ICONS: Record<Finding["severity"], IconName> = { error: "cross", warning: "alert", info: "info" };

/** What is to be mended or looked at, in words beside its place. The list stands even when empty, for `aria-describedby`. */
export function FindingList({ id, findings }: { id: string; findings: Finding[] }) {
  return (
    <div id={id} class="findings">
      {findings.map(({ code, severity }) => (
        <p key={code} class="finding" data-severity={severity}>
          <Icon name={ICONS[severity]} />
          <span>
            <span class="visually-hidden">{texts.recording.severity[severity]}: </span>
            {say(code)}
          </span>
        </p>
      ))}
    </div>
  );
}
