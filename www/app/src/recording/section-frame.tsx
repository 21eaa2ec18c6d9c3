import type { ComponentChildren } from "preact";
import type { Finding } from "rekam";
import { FindingList } from "../fields/finding-list.js";
import { texts } from "../texts/index.js";
import { SECTIONS, sectionId, type Section } from "./layout.js";

interface Props {
  section: Section;
  /** Findings of the section as a whole; those of fields stand beside the fields. */
  findings?: Finding[];
  children: ComponentChildren;
}

/** A part of the form under its heading. */
export function SectionFrame({ section, findings = [], children }: Props) {
  const id = sectionId(section);
  return (
    <section class="card section" aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        <span class="section-number" aria-hidden="true">
          {SECTIONS.indexOf(section) + 1}
        </span>
        {texts.recording.sections[section]}
      </h2>
      <FindingList id={`${id}-findings`} findings={findings} />
      {children}
    </section>
  );
}
