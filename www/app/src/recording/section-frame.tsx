import type { ComponentChildren } from "preact";
import type { Finding } from "rekam";
import { FindingList } from "../fields/finding-list.js";
import { sectionName } from "../texts/index.js";
import { sectionId } from "./places.js";

interface Props {
  section: string;
  /** All sections of the recording: they give the number. */
  sections: string[];
  /** Findings of the section as a whole; those of fields stand beside the fields. */
  findings?: Finding[];
  children: ComponentChildren;
}

/** A part of the form under its heading. */
export function SectionFrame({ section, sections, findings = [], children }: Props) {
  const id = sectionId(section);
  return (
    <section class="card section" aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        <span class="section-number" aria-hidden="true">
          {sections.indexOf(section) + 1}
        </span>
        {sectionName(section)}
      </h2>
      <FindingList id={`${id}-findings`} findings={findings} />
      {children}
    </section>
  );
}
