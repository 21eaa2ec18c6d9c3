import type { Finding } from "rekam";
import { Icon } from "../parts/icon.js";
import { sectionName, texts } from "../texts/index.js";
import { focusOn, sectionOf } from "./layout.js";
import { sectionId } from "./places.js";
import type { DraftHandle } from "./use-draft.js";

type Props = Pick<DraftHandle, "form" | "sections" | "findings" | "shown">;

/** The parts of the form with their state; a press goes there. */
export function SectionNav({ form, sections, findings, shown }: Props) {
  const faulty = sectionsWithErrors(shown, form);
  const open = sectionsWithErrors(findings, form);
  return (
    <nav class="section-nav" aria-label={texts.recording.sectionNav}>
      <ul>
        {sections.map((section) => {
          const state = faulty.has(section) ? "faulty" : open.has(section) ? "open" : "done";
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
                {sectionName(section)}
                <span class="visually-hidden">, {texts.recording.sectionState[state]}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function sectionsWithErrors(findings: Finding[], form: Props["form"]): Set<string> {
  return new Set(findings.filter(({ severity }) => severity === "error").map((finding) => sectionOf(finding, form)));
}
