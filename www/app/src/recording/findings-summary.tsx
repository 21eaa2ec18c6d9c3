import type { Draft, Finding, Form } from "rekam";
import { labelOf } from "../fields/field-frame.js";
import { Icon } from "../parts/icon.js";
import { memo } from "../parts/memo.js";
import { sectionName, texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { sectionOf } from "./layout.js";
import { placeOf } from "./places.js";

/** More of one member are told in one line. */
const MOST_OF_MEMBER = 3;

interface Props {
  findings: Finding[];
  draft: Draft;
  form: Form;
  /** With the form on the same page, each finding leads to its place. */
  lead?(finding: Finding): void;
}

/** All that is wrong, at the top. Errors first; warnings in a box of their own. */
export function FindingsSummary({ draft, ...props }: Props) {
  const names = draft.members.map(({ fields }) => (fields["name"] ?? "").trim()).join("\n");
  return <Boxes names={names} {...props} />;
}

interface BoxProps extends Omit<Props, "draft"> {
  /** Of the members, a line each. */
  names: string;
}

const Boxes = memo(function Boxes({ findings, ...rest }: BoxProps) {
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  return (
    <>
      {errors.length > 0 && (
        <Box severity="error" title={texts.recording.errorTitle(errors.length)} findings={errors} {...rest} />
      )}
      {warnings.length > 0 && (
        <Box severity="warning" title={texts.recording.warningTitle(warnings.length)} findings={warnings} {...rest} />
      )}
    </>
  );
});

function Box({ severity, title, findings, names, form, lead }: BoxProps & { severity: string; title: string }) {
  return (
    <section class="summary" data-severity={severity} aria-labelledby={`summary-${severity}`}>
      <h2 id={`summary-${severity}`}>
        <Icon name="alert" />
        {title}
      </h2>
      <ul>
        {linesOf(findings, form, names.split("\n")).map(({ finding, text }) => (
          <li key={`${finding.field} ${finding.code}`}>
            {lead ? <Leading text={text} lead={() => lead(finding)} /> : text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Leading({ text, lead }: { text: string; lead(): void }) {
  return (
    <a
      href={location.hash}
      onClick={(event) => {
        event.preventDefault();
        lead();
      }}
    >
      {text}
    </a>
  );
}

interface Line {
  /** Where the line leads. */
  finding: Finding;
  text: string;
}

function linesOf(findings: Finding[], form: Form, names: string[]): Line[] {
  const ofMember = (member: number) => findings.filter(({ field }) => placeOf(field).member === member);
  return findings.flatMap((finding): Line[] => {
    const { member } = placeOf(finding.field);
    if (member === null) return [{ finding, text: `${placeText(finding, form)}: ${say(finding.code)}` }];
    const who = texts.family.row(member + 1, names[member] ?? "");
    const all = ofMember(member);
    if (all.length <= MOST_OF_MEMBER)
      return [{ finding, text: `${who}: ${placeText(finding, form)}: ${say(finding.code)}` }];
    return all[0] === finding ? [{ finding, text: `${who}: ${texts.family.things(all.length)}` }] : [];
  });
}

/** What a finding is about, in words. */
export function placeText(finding: Finding, form: Form): string {
  const { field } = placeOf(finding.field);
  const slot = (texts.slots as Record<string, string>)[field];
  if (finding.code === "attachment_missing") return texts.attachments[field] ?? field;
  if (slot !== undefined) return slot;
  return field in texts.fields ? labelOf(field) : sectionName(sectionOf(finding, form));
}
