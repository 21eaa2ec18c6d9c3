import { useEffect, useState } from "preact/hooks";
import type { LockScreen, Operator } from "rekam";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { Fault, LineField } from "../parts/line-field.js";
import { LinkState } from "../parts/link-state.js";
import { Notices } from "../parts/notices.js";
import { Shell } from "../parts/shell.js";
import { useStation } from "../station/context.js";
import { formatWait } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { Forgotten } from "./forgotten.js";
import { useLockScreen } from "./use-lock-screen.js";
import { Mistake, useStep } from "./use-step.js";

interface Props {
  first: LockScreen;
  /** Who used the tablet last. */
  last: string | undefined;
  unlocked(operator: Operator): void;
}

/** The lock screen. Nothing on it tells what is open behind it. */
export function Unlock({ first, last, unlocked }: Props) {
  const { station, site } = useStation();
  const [screen, refresh] = useLockScreen(station, first);
  const [chosen, setChosen] = useState(last ?? (first.operators.length === 1 ? first.operators[0]?.id : undefined));
  const [forgotten, setForgotten] = useState(false);
  const operator = screen.operators.find(({ id }) => id === chosen);
  return (
    <Shell place={site.siteName} status={<LinkState />} notices={<Notices />}>
      {forgotten && operator ? (
        <Forgotten screen={screen} operator={operator} back={() => setForgotten(false)} unlocked={unlocked} />
      ) : (
        <PinForm
          {...{ screen, operator, unlocked, refresh }}
          choose={setChosen}
          forget={() => setForgotten(true)}
        />
      )}
    </Shell>
  );
}

interface FormProps {
  screen: LockScreen;
  operator: LockScreen["operators"][number] | undefined;
  choose(id: string): void;
  refresh(): Promise<void>;
  unlocked(operator: Operator): void;
  forget(): void;
}

function PinForm({ screen, operator, choose, refresh, unlocked, forget }: FormProps) {
  const { station } = useStation();
  const [pin, setPin] = useState("");
  const step = useStep("unlock");
  const waits = (operator?.lockedFor ?? 0) > 0;
  // After the heading has had it: nearly always the PIN comes next.
  useEffect(() => {
    if (operator) document.getElementById("unlock-pin")?.focus();
  }, [operator?.id, waits]);

  const unlock = () =>
    step.run(async () => {
      if (!operator) throw new Mistake("operator", texts.lock.chooseFirst);
      try {
        unlocked(await station.unlock(operator.id, pin));
      } catch (error) {
        setPin("");
        await refresh().catch(() => undefined);
        throw error;
      }
    });
  return (
    <form
      class="card stack unlock"
      noValidate
      autoComplete="off"
      aria-busy={step.busy}
      onSubmit={(event) => {
        event.preventDefault();
        void unlock();
      }}
    >
      <Heading name={texts.lock.title} />
      <p class="quiet">{texts.lock.hint}</p>
      <OperatorChoice screen={screen} chosen={operator?.id} choose={choose} fault={step.faultAt("operator")} />
      <LineField
        id="unlock-pin"
        kind="pin"
        label={texts.pins.pin}
        value={pin}
        change={setPin}
        disabled={waits}
        fault={waits ? say("operator_locked_out") : step.faultAt("pin")}
      />
      {waits && operator && (
        <p class="unlock-wait" role="timer">
          <Icon name="clock" />
          {texts.lock.remaining(formatWait(operator.lockedFor))}
        </p>
      )}
      <Fault text={step.faultAt("form")} />
      <div class="actions">
        {operator && (
          <button type="button" class="button plain" disabled={step.busy} onClick={forget}>
            {texts.lock.forgotten}
          </button>
        )}
        <button type="submit" class="button primary" disabled={step.busy || waits}>
          <Icon name="lock" />
          {step.busy ? texts.lock.busy : texts.lock.submit}
        </button>
      </div>
    </form>
  );
}

interface ChoiceProps {
  screen: LockScreen;
  chosen: string | undefined;
  choose(id: string): void;
  fault: string | null;
}

function OperatorChoice({ screen, chosen, choose, fault }: ChoiceProps) {
  return (
    <fieldset class="choice" aria-describedby="unlock-operator-fault">
      <legend>{texts.lock.choose}</legend>
      <div class="radios">
        {screen.operators.map(({ id, name, role }, n) => (
          <label key={id} class="radio">
            <input
              id={n === 0 ? "unlock-operator" : undefined}
              type="radio"
              name="unlock-operator"
              checked={id === chosen}
              onChange={() => choose(id)}
            />
            <span>
              {name}
              <small>{texts.roles[role]}</small>
            </span>
          </label>
        ))}
      </div>
      <Fault id="unlock-operator-fault" text={fault} />
    </fieldset>
  );
}
