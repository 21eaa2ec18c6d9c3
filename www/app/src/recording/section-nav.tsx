import type { Finding } from "rekam";
import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { SECTIONS, focusOn, sectionId, sectionOf } from "./layout.js";

interface Props {
  findings: Finding[];
  shown: Finding[];
}

/** The parts of the form with their state; a press goes there. */
export function SectionNav({ findings, shown }: Props) {
  return (
    <nav class="section-nav" aria-label={texts.recording.sectionNav}>
      <ul>
        {SECTIONS.map((section) => {
          const here = (finding: Finding) => finding.severity === "error" && sectionOf(finding) === section;
          const state = shown.some(here) ? "faulty" : findings.some(here) ? "open" : "done";
          return (
            <li key={section}>
              <a
                href={location.hash}
                data-state={state}
                onClick={(event) => {
                  event.preventDefault();
                  focusOn(sectionId(section));
                  document.getElementById(sectionId(section))?.scrollIntoView({ block: "start" });
                }}
              >
                {state !== "open" && <Icon name={state === "done" ? "check" : "alert"} />}
                {texts.recording.sections[section]}
                <span class="visually-hidden">, {texts.recording.sectionState[state]}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
