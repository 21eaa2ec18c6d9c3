import { useState } from "preact/hooks";
import { LineField } from "../parts/line-field.js";
import { texts } from "../texts/index.js";
import { Mistake, type Step } from "./use-step.js";

interface NewPin {
  pin: string;
  again: string;
  setPin(value: string): void;
  setAgain(value: string): void;
  /** The PIN, if it was typed twice alike. */
  agreed(): string;
}

export function useNewPin(): NewPin {
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  return {
    ...{ pin, again, setPin, setAgain },
    agreed() {
      if (pin !== again) throw new Mistake("again", texts.pins.differ);
      return pin;
    },
  };
}

interface Props {
  form: string;
  value: NewPin;
  step: Step;
  label?: string;
}

/** A PIN that nobody has yet, twice. */
export function NewPinFields({ form, value, step, label = texts.pins.newPin }: Props) {
  return (
    <div class="stack">
      <LineField
        id={`${form}-new-pin`}
        kind="pin"
        label={label}
        hint={texts.pins.pinHint}
        value={value.pin}
        change={value.setPin}
        fault={step.faultAt("new-pin")}
      />
      <LineField
        id={`${form}-again`}
        kind="pin"
        label={texts.pins.again}
        value={value.again}
        change={value.setAgain}
        fault={step.faultAt("again")}
      />
    </div>
  );
}
