import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Finding } from "rekam";
import { Icon } from "../parts/icon.js";
import { placeOf } from "../recording/places.js";
import { texts } from "../texts/index.js";
import type { Answering } from "./field-props.js";

/** Warnings for which an office wants to know why; nobody must write it. */
const WORTH_A_NOTE = new Set(["nik_birth_date_differs", "nik_sex_differs"]);

type Props = Pick<Answering, "written" | "answer"> & { finding: Finding };

/** The written reason for which a finding may stand: a button, a line to write it in, the reason itself. */
export function FindingAnswer({ finding, written, answer }: Props) {
  const { code } = finding;
  const { field } = placeOf(finding.field);
  const [text, setText] = useState<string | null>(null);
  const reason = written.find((one) => one.field === field && one.code === code)?.reason;
  const optional = finding.override === undefined;
  if (optional && !WORTH_A_NOTE.has(code)) return null;
  const words = optional ? texts.answer.note : code === "attachment_missing" ? texts.answer.paper : texts.answer.value;
  if (text !== null) {
    const keep = () => {
      answer(code, text.trim());
      setText(null);
    };
    return <ReasonField label={words.label} text={text} change={setText} keep={keep} cancel={() => setText(null)} />;
  }
  if (reason === undefined) {
    return (
      <button type="button" class="button answer-open" onClick={() => setText("")}>
        {words.open}
      </button>
    );
  }
  return (
    <div class="answer-given">
      <p>
        <Icon name="pen" />
        <span>
          {words.given}: <strong>{reason}</strong>
        </span>
      </p>
      <button type="button" class="button plain" onClick={() => setText(reason)}>
        {texts.answer.change}
      </button>
      <button type="button" class="button plain" onClick={() => answer(code, null)}>
        {texts.answer.withdraw}
      </button>
    </div>
  );
}

interface ReasonProps {
  label: string;
  text: string;
  change(text: string): void;
  keep(): void;
  cancel(): void;
}

function ReasonField({ label, text, change, keep, cancel }: ReasonProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const written = text.trim() !== "";
  return (
    <div class="answer-form">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        ref={input}
        class="input"
        type="text"
        autoComplete="off"
        spellcheck={false}
        required
        maxLength={300}
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.preventDefault();
          if (event.key === "Enter" && written) keep();
          if (event.key === "Escape") cancel();
        }}
      />
      <div class="actions">
        <button type="button" class="button" onClick={cancel}>
          {texts.common.cancel}
        </button>
        <button type="button" class="button primary" disabled={!written} onClick={keep}>
          {texts.answer.keep}
        </button>
      </div>
    </div>
  );
}
