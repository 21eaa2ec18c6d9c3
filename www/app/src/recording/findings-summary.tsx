import type { Finding, Form } from "rekam";
import { Icon } from "../parts/icon.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { focusOn, sectionOf, targetOf } from "./layout.js";

interface Props {
  findings: Finding[];
  /** With the form on the same page, each finding leads to its place. */
  form?: Form;
}

/** All that is wrong, at the top. Errors first; warnings in a box of their own. */
export function FindingsSummary({ findings, ...rest }: Props) {
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
}

function Box({ severity, title, findings, form }: Props & { severity: "error" | "warning"; title: string }) {
  return (
    <section class="summary" data-severity={severity} aria-labelledby={`summary-${severity}`}>
      <h2 id={`summary-${severity}`}>
        <Icon name="alert" />
        {title}
      </h2>
      <ul>
        {findings.map((finding) => (
          <li key={`${finding.field} ${finding.code}`}>
            {form ? <Leading finding={finding} form={form} /> : textOf(finding)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Leading({ finding, form }: { finding: Finding; form: Form }) {
  return (
    <a
      href={location.hash}
      onClick={(event) => {
        event.preventDefault();
        focusOn(targetOf(finding, form));
      }}
    >
      {textOf(finding)}
    </a>
  );
}

function textOf(finding: Finding): string {
  const slot = (texts.slots as Record<string, string>)[finding.field];
  const place = texts.fields[finding.field] ?? slot ?? texts.recording.sections[sectionOf(finding)];
  return `${place}: ${say(finding.code)}`;
}
