interface Props {
  id: string;
  label: string;
  hint?: string;
  /** What is wrong with it, in words. */
  fault?: string | null | undefined;
  value: string;
  change(value: string): void;
  kind?: "text" | "pin" | "code" | "link";
  disabled?: boolean;
}

const ATTRIBUTES = {
  text: { type: "text", autoCapitalize: "words" },
  // Nothing of a browser may remember or offer a PIN.
  pin: { type: "password", inputMode: "numeric", autoCapitalize: "off" },
  code: { type: "text", autoCapitalize: "characters" },
  link: { type: "url", inputMode: "url", autoCapitalize: "off" },
} as const;

/** A labelled line of text outside the recording, with its fault beside it. */
export function LineField({ id, label, hint, fault, value, change, kind = "text", disabled = false }: Props) {
  return (
    <div class="field" data-severity={fault ? "error" : undefined}>
      <label class="field-label" for={id}>
        {label}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        id={id}
        class={`input input-${kind}`}
        {...ATTRIBUTES[kind]}
        autoComplete="off"
        autoCorrect="off"
        spellcheck={false}
        required
        value={value}
        disabled={disabled}
        aria-invalid={Boolean(fault)}
        aria-describedby={`${hint ? `${id}-hint ` : ""}${id}-fault`}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

/** A sentence that is read out when it comes. */
export function Fault({ id, text }: { id?: string; text: string | null | undefined }) {
  return (
    <p id={id} role="alert" class={text ? "finding" : ""} data-severity="error">
      {text}
    </p>
  );
}
