import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Operator, Role } from "rekam";
import { Dialog } from "../parts/dialog.js";
import { Fault, LineField } from "../parts/line-field.js";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { NewPinFields, useNewPin } from "./new-pin.js";
import { useStep, type Step } from "./use-step.js";

const ROLES: Role[] = ["operator", "supervisor"];

interface AddProps {
  close(): void;
  added(operator: Operator): void;
}

export function AddOperator({ close, added }: AddProps) {
  const { station } = useStation();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const newPin = useNewPin();
  const step = useStep("add");
  const add = async () => added(await station.addOperator({ name, pin: newPin.agreed() }, role));
  return (
    <DialogForm title={texts.operators.add} submit={texts.operators.save} step={step} send={add} close={close}>
      <LineField
        id="add-name"
        label={texts.pins.name}
        hint={texts.pins.nameHint}
        value={name}
        change={setName}
        fault={step.faultAt("name")}
      />
      <NewPinFields form="add" label={texts.pins.pin} value={newPin} step={step} />
      <RoleChoice form="add" role={role} choose={setRole} />
    </DialogForm>
  );
}

interface RoleProps {
  operator: Operator;
  close(): void;
  changed(): void;
}

export function ChangeRole({ operator, close, changed }: RoleProps) {
  const { station } = useStation();
  const [role, setRole] = useState(operator.role);
  const step = useStep("role");
  const change = async () => {
    await station.setRole(operator.id, role);
    changed();
  };
  return (
    <DialogForm
      title={texts.operators.roleOf(operator.name)}
      submit={texts.operators.save}
      step={step}
      send={change}
      close={close}
    >
      <RoleChoice form="role" role={role} choose={setRole} />
    </DialogForm>
  );
}

interface RoleChoiceProps {
  form: string;
  role: Role;
  choose(role: Role): void;
}

function RoleChoice({ form, role, choose }: RoleChoiceProps) {
  return (
    <fieldset class="choice">
      <legend>{texts.operators.role}</legend>
      <div class="radios">
        {ROLES.map((one) => (
          <label key={one} class="radio">
            <input type="radio" name={`${form}-role`} checked={one === role} onChange={() => choose(one)} />
            <span>
              {texts.roles[one]}
              <small>{texts.operators.roleHints[one]}</small>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface RenewProps {
  operator: Operator;
  /** One's own: then the present PIN is asked for, so that nobody changes it while its owner is at the door. */
  own: boolean;
  close(): void;
  renewed(): void;
}

export function RenewPin({ operator, own, close, renewed }: RenewProps) {
  const { station } = useStation();
  const [pin, setPin] = useState("");
  const newPin = useNewPin();
  const step = useStep("renew");
  const renew = async () => {
    const chosen = newPin.agreed();
    if (own) await station.unlock(operator.id, pin);
    await station.resetPin(operator.id, chosen);
    renewed();
  };
  return (
    <DialogForm
      title={texts.forgotten.whose(operator.name)}
      submit={texts.operators.save}
      step={step}
      send={renew}
      close={close}
    >
      {own && (
        <LineField
          id="renew-pin"
          kind="pin"
          label={texts.pins.ownPin}
          value={pin}
          change={setPin}
          fault={step.faultAt("pin")}
        />
      )}
      <NewPinFields form="renew" value={newPin} step={step} />
    </DialogForm>
  );
}

interface RemoveProps {
  operator: Operator;
  close(): void;
  removed(): void;
}

export function RemoveOperator({ operator, close, removed }: RemoveProps) {
  const { station } = useStation();
  const step = useStep("remove");
  const remove = async () => {
    await station.removeOperator(operator.id);
    removed();
  };
  return (
    <DialogForm
      title={texts.operators.removeTitle(operator.name)}
      submit={texts.common.delete}
      danger
      step={step}
      send={remove}
      close={close}
    >
      <p>{texts.operators.removeHint}</p>
    </DialogForm>
  );
}

interface FormProps {
  title: string;
  submit: string;
  danger?: boolean;
  step: Step;
  send(): Promise<void>;
  close(): void;
  children: ComponentChildren;
}

function DialogForm({ title, submit, danger = false, step, send, close, children }: FormProps) {
  return (
    <Dialog title={title} close={close}>
      <form
        class="stack"
        noValidate
        autoComplete="off"
        aria-busy={step.busy}
        onSubmit={(event) => {
          event.preventDefault();
          void step.run(send);
        }}
      >
        {children}
        <Fault text={step.faultAt("form") ?? step.faultAt("operator")} />
        <div class="actions">
          <button type="button" class="button" disabled={step.busy} onClick={close}>
            {texts.common.cancel}
          </button>
          <button type="submit" class={`button ${danger ? "danger" : "primary"}`} disabled={step.busy}>
            {step.busy ? texts.operators.busy : submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
