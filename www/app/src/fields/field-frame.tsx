import type { ComponentChildren } from "preact";
import { texts } from "../texts/index.js";
import { fieldId } from "../recording/layout.js";
import type { FieldProps } from "./field-props.js";
import { FindingList } from "./finding-list.js";

type Props = Pick<FieldProps, "field" | "findings"> & {
  /** Without it the label belongs to the control with the field's id. */
  group?: boolean;
  hint?: string;
  children: ComponentChildren;
};

/** Label, hint and findings around a control. */
export function FieldFrame({ field, findings, group = false, hint = texts.hints[field.name] ?? "", children }: Props) {
  const id = fieldId(field.name);
  const label = texts.fields[field.name] ?? field.name;
  return (
    <div class="field" data-severity={worst(findings)}>
      {group ? (
        <span class="field-label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label class="field-label" for={id}>
          {label}
        </label>
      )}
      {!field.required && <span class="field-optional">{texts.common.optional}</span>}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <FindingList id={`${id}-findings`} findings={findings} />
    </div>
  );
}

/** The ids of hint and findings, for `aria-describedby`. */
export function describedBy(name: string): string {
  return `${fieldId(name)}-hint ${fieldId(name)}-findings`;
}

function worst(findings: FieldProps["findings"]): string | undefined {
  return (["error", "warning", "info"] as const).find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
}
