import { useState } from "preact/hooks";
import type { LockScreen, Operator } from "rekam";
import { Heading } from "../parts/heading.js";
import { Fault, LineField } from "../parts/line-field.js";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { NewPinFields, useNewPin } from "./new-pin.js";
import { useStep } from "./use-step.js";

interface Props {
  screen: LockScreen;
  /** Whose PIN is forgotten. */
  operator: Operator;
  back(): void;
  unlocked(operator: Operator): void;
}

type Way = "supervisor" | "code";

/** A new PIN for who forgot theirs: by a supervisor who is there, or by the registry's recovery code. */
export function Forgotten({ screen, operator, back, unlocked }: Props) {
  const { station } = useStation();
  const supervisors = screen.operators.filter(({ id, role }) => role === "supervisor" && id !== operator.id);
  const ways: Way[] = [
    ...(supervisors.length > 0 ? (["supervisor"] as const) : []),
    ...(screen.recoverable ? (["code"] as const) : []),
  ];
  const [way, setWay] = useState(ways[0]);
  const [supervisor, setSupervisor] = useState(supervisors[0]?.id ?? "");
  const [pin, setPin] = useState("");
  const [code, setCode] = useState("");
  const newPin = useNewPin();
  const step = useStep("forgotten");

  const bySupervisor = async (chosen: string) => {
    await station.unlock(supervisor, pin);
    try {
      await station.resetPin(operator.id, chosen);
      return await station.unlock(operator.id, chosen);
    } catch (error) {
      // Whoever holds the tablet now is not the supervisor.
      await station.lock();
      throw error;
    }
  };
  const renew = () =>
    step.run(async () => {
      const chosen = newPin.agreed();
      unlocked(await (way === "supervisor" ? bySupervisor(chosen) : station.recover(code, operator.id, chosen)));
    });

  return (
    <form
      class="card stack"
      noValidate
      autoComplete="off"
      aria-busy={step.busy}
      onSubmit={(event) => {
        event.preventDefault();
        void renew();
      }}
    >
      <Heading name={texts.forgotten.whose(operator.name)} />
      {ways.length === 0 && <p>{texts.forgotten.none}</p>}
      {ways.length > 1 && (
        <fieldset class="choice">
          <legend>{texts.forgotten.intro}</legend>
          <div class="radios">
            <WayRadio way="supervisor" chosen={way} choose={setWay} label={texts.forgotten.bySupervisor} />
            <WayRadio way="code" chosen={way} choose={setWay} label={texts.forgotten.byCode} />
          </div>
        </fieldset>
      )}
      {way === "supervisor" && (
        <>
          <p class="quiet">{texts.forgotten.bySupervisorHint}</p>
          {supervisors.length > 1 ? (
            <div class="field">
              <label class="field-label" for="forgotten-supervisor">
                {texts.forgotten.supervisor}
              </label>
              <select
                id="forgotten-supervisor"
                class="input"
                value={supervisor}
                onChange={(event) => setSupervisor(event.currentTarget.value)}
              >
                {supervisors.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
          ) : (
            <p class="note">
              {texts.forgotten.supervisor}: <strong>{supervisors[0]?.name}</strong>
            </p>
          )}
          <LineField
            id="forgotten-pin"
            kind="pin"
            label={texts.forgotten.supervisorPin}
            value={pin}
            change={setPin}
            fault={step.faultAt("pin")}
          />
        </>
      )}
      {way === "code" && (
        <>
          <p class="quiet">{texts.forgotten.byCodeHint}</p>
          <LineField
            id="forgotten-code"
            kind="code"
            label={texts.forgotten.code}
            hint={texts.forgotten.codeHint}
            value={code}
            change={(typed) => setCode(inGroups(typed, code))}
            fault={step.faultAt("code")}
          />
        </>
      )}
      {way && <NewPinFields form="forgotten" value={newPin} step={step} />}
      <Fault text={step.faultAt("form") ?? step.faultAt("operator")} />
      <div class="actions">
        <button type="button" class="button" disabled={step.busy} onClick={back}>
          {texts.common.back}
        </button>
        {way && (
          <button type="submit" class="button primary" disabled={step.busy}>
            {step.busy ? texts.operators.busy : texts.forgotten.submit}
          </button>
        )}
      </div>
    </form>
  );
}

interface WayProps {
  way: Way;
  chosen: Way | undefined;
  choose(way: Way): void;
  label: string;
}

function WayRadio({ way, chosen, choose, label }: WayProps) {
  return (
    <label class="radio">
      <input type="radio" name="forgotten-way" checked={way === chosen} onChange={() => choose(way)} />
      <span>{label}</span>
    </label>
  );
}

/** Groups of five as it is typed; what is taken out or put in before the end stays as it is. */
function inGroups(typed: string, before: string): string {
  if (!typed.startsWith(before)) return typed.toUpperCase();
  const characters = typed.toUpperCase().replace(/[\s-]/g, "");
  return characters.match(/.{1,5}/g)?.join("-") ?? "";
}
