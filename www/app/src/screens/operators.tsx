import { useCallback, useEffect, useState } from "preact/hooks";
import type { LockScreen, Operator } from "rekam";
import { AddOperator, ChangeRole, RemoveOperator, RenewPin } from "../operators/operator-dialogs.js";
import { useSession } from "../operators/session.js";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { Fault } from "../parts/line-field.js";
import { codeOf } from "../station/connection.js";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

type Asked = { kind: "add" } | { kind: "renew" | "role" | "remove"; operator: Operator };

/** Who may use the tablet. Only a supervisor sees how to change that. */
export function Operators() {
  const { station } = useStation();
  const { operator: self, lock } = useSession();
  const [operators, setOperators] = useState<LockScreen["operators"]>([]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState("");
  const [failure, setFailure] = useState<string | null>(null);
  const isSupervisor = self.role === "supervisor";

  const load = useCallback(
    () =>
      station.lockScreen().then(
        ({ operators: now }) => setOperators(now),
        (error: unknown) => setFailure(say(codeOf(error))),
      ),
    [station],
  );
  useEffect(() => void load(), [load]);
  const ask = (next: Asked) => {
    setDone("");
    setAsked(next);
  };
  const close = () => setAsked(null);
  const finish = (sentence: string) => {
    close();
    setDone(sentence);
    void load();
  };

  return (
    <div class="stack">
      <Heading name={texts.operators.title} />
      <p role="status" class={done ? "finding" : ""} data-severity="info">
        {done}
      </p>
      <Fault text={failure} />
      <ul class="operators" aria-label={texts.operators.title}>
        {operators.map((operator) => {
          const own = operator.id === self.id;
          const { name, role } = operator;
          return (
            <li key={operator.id} class="card operator" aria-label={name}>
              <span>
                <strong>
                  {name}
                  {own && ` (${texts.operators.you})`}
                </strong>
                <small>{texts.roles[role]}</small>
              </span>
              {(own || isSupervisor) && (
                <button
                  type="button"
                  class="button"
                  aria-label={own ? undefined : texts.operators.resetOf(name)}
                  onClick={() => ask({ kind: "renew", operator })}
                >
                  {own ? texts.operators.changeOwn : texts.operators.reset}
                </button>
              )}
              {isSupervisor && (
                <button
                  type="button"
                  class="button plain"
                  aria-label={texts.operators.roleOf(name)}
                  onClick={() => ask({ kind: "role", operator })}
                >
                  {texts.operators.changeRole}
                </button>
              )}
              {isSupervisor && (
                <button
                  type="button"
                  class="button plain"
                  aria-label={texts.operators.removeOf(name)}
                  onClick={() => ask({ kind: "remove", operator })}
                >
                  {texts.operators.remove}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {isSupervisor && (
        <button type="button" class="button primary tall" onClick={() => ask({ kind: "add" })}>
          <Icon name="plus" />
          {texts.operators.add}
        </button>
      )}
      {asked?.kind === "add" && (
        <AddOperator close={close} added={({ name }) => finish(texts.operators.added(name))} />
      )}
      {asked?.kind === "renew" && (
        <RenewPin
          operator={asked.operator}
          own={asked.operator.id === self.id}
          close={close}
          renewed={() => finish(texts.operators.pinChanged(asked.operator.name))}
        />
      )}
      {asked?.kind === "role" && (
        <ChangeRole
          operator={asked.operator}
          close={close}
          changed={() => {
            finish(texts.operators.roleChanged(asked.operator.name));
            // Who has another role now begins with it.
            if (asked.operator.id === self.id) lock();
          }}
        />
      )}
      {asked?.kind === "remove" && (
        <RemoveOperator
          operator={asked.operator}
          close={close}
          removed={() => {
            finish(texts.operators.removed(asked.operator.name));
            // Who is no longer an operator does not go on.
            if (asked.operator.id === self.id) lock();
          }}
        />
      )}
    </div>
  );
}
