import type { Finding, Service } from "rekam";
import { Icon, type IconName } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { FindingAnswer } from "./finding-answer.js";
import type { Answering } from "./field-props.js";

const ICONS: Record<Finding["severity"], IconName> = { error: "cross", warning: "alert", info: "info" };
/** Who cannot ask for one card can ask for the other. */
const OTHER_SERVICE: Record<string, Service> = { age_not_eligible: "kia", kia_not_eligible: "ktp_first" };

interface Props {
  id: string;
  findings: Finding[];
  /** Where findings can be answered for. */
  answering?: Answering;
}

/** What is to be mended or looked at, in words beside its place. The list stands even when empty, for `aria-describedby`. */
export function FindingList({ id, findings, answering }: Props) {
  return (
    <div class="findings" hidden={findings.length === 0}>
      <div id={id} class="findings-said">
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
      {answering &&
        findings.map((finding) => {
          const other = OTHER_SERVICE[finding.code];
          return other ? (
            <button
              key={finding.code}
              type="button"
              class="button primary"
              onClick={() => answering.switchTo(other)}
            >
              {texts.services[other].instead}
            </button>
          ) : (
            <FindingAnswer key={finding.code} finding={finding} {...answering} />
          );
        })}
    </div>
  );
}
