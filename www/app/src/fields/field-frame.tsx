import type { ComponentChildren } from "preact";
import { fieldId, placeOf } from "../recording/places.js";
import { texts } from "../texts/index.js";
import type { FieldProps } from "./field-props.js";
import { FindingList } from "./finding-list.js";
import { ProposalChips } from "./proposal-chips.js";

type Props = FieldProps & {
  /** Without it the label belongs to the control with the field's id. */
  group?: boolean;
  hint?: string | undefined;
  children: ComponentChildren;
};

/** Label, hint, proposals and findings around a control. */
export function FieldFrame({ group = false, children, ...props }: Props) {
  const { field, path, findings, proposals, change, leave } = props;
  const id = fieldId(path);
  const label = labelOf(field.name);
  const hint = props.hint ?? hintOf(props);
  return (
    <div class="field" data-severity={worst(findings)}>
      <div class="field-head">
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
      </div>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <ProposalChips
        proposals={proposals}
        take={(value) => {
          change(value);
          leave();
        }}
      />
      <FindingList id={`${id}-findings`} findings={findings} answering={props} />
    </div>
  );
}

/** The ids of hint and findings, for `aria-describedby`. */
export function describedBy(path: string): string {
  return `${fieldId(path)}-hint ${fieldId(path)}-findings`;
}

export function labelOf(name: string): string {
  return texts.fields[name] ?? name;
}

function hintOf({ field, path }: Pick<FieldProps, "field" | "path">): string | undefined {
  const ofMember = placeOf(path).member !== null ? texts.memberHints[field.name] : undefined;
  return ofMember ?? texts.hints[field.name] ?? texts.kindHints[field.kind];
}

function worst(findings: FieldProps["findings"]): string | undefined {
  return (["error", "warning", "info"] as const).find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
}
