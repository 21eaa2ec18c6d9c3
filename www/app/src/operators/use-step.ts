import { useEffect, useState } from "preact/hooks";
import { codeOf } from "../station/connection.js";
import { say } from "../texts/say.js";

/** The field of a form that something is wrong with; `form` where it is none of them. */
export type Place = "link" | "name" | "operator" | "pin" | "new-pin" | "again" | "code" | "form";

/** A field that the core need not be asked about. */
export class Mistake extends Error {
  constructor(
    readonly place: Place,
    /** For the screen. */
    readonly sentence: string,
  ) {
    super(place);
  }
}

/** A form that is sent, and what came of it. */
export interface Step {
  busy: boolean;
  /** What is wrong with a field, in words. */
  faultAt(place: Place): string | null;
  /** Runs it once at a time; a failure stands beside its field, which takes the focus. */
  run(step: () => Promise<void>): Promise<void>;
}

const PLACES: Record<string, Place> = {
  operator_name_required: "name",
  operator_unknown: "operator",
  operator_pin_wrong: "pin",
  operator_locked_out: "pin",
  operator_pin_short: "new-pin",
  operator_pin_weak: "new-pin",
  operator_recovery_malformed: "code",
  operator_recovery_wrong: "code",
};

/** The fields have the ids `<form>-<place>`. */
export function useStep(form: string): Step {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Mistake | null>(null);
  useEffect(() => {
    if (fault) document.getElementById(`${form}-${fault.place}`)?.focus();
  }, [form, fault]);
  return {
    busy,
    faultAt: (place) => (fault?.place === place ? fault.sentence : null),
    async run(step) {
      if (busy) return;
      setBusy(true);
      setFault(null);
      try {
        await step();
      } catch (error) {
        setFault(error instanceof Mistake ? error : mistakeOf(codeOf(error)));
      } finally {
        setBusy(false);
      }
    },
  };
}

function mistakeOf(code: string): Mistake {
  return new Mistake(PLACES[code] ?? "form", say(code));
}
