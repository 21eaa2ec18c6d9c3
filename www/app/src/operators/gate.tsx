import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LockScreen, Operator } from "rekam";
import { Dialog } from "../parts/dialog.js";
import { findInterrupted, keepPlace, type OpenPlace } from "../recording/last-open.js";
import { Interrupted } from "../screens/interrupted.js";
import { Screens } from "../screens/screens.js";
import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { SessionContext } from "./session.js";
import { Unlock } from "./unlock.js";
import { useIdle } from "./use-idle.js";

/** Nothing of an applicant is on the page while nobody has unlocked it; what was open comes back afterwards. */
export function Gate({ first }: { first: LockScreen }) {
  const [operator, setOperator] = useState<Operator | null>(
    () => first.operators.find(({ id }) => id === first.unlocked) ?? null,
  );
  const last = useRef(operator?.id);
  const [interrupted, setInterrupted] = useState<OpenPlace | null | undefined>(undefined);
  useEffect(() => void findInterrupted().then(setInterrupted, () => setInterrupted(null)), []);

  if (!operator) {
    const unlocked = (by: Operator) => {
      last.current = by.id;
      setOperator(by);
    };
    return <Unlock first={first} last={last.current} unlocked={unlocked} />;
  }
  if (interrupted === undefined) return null;
  return (
    <Unlocked operator={operator} locked={() => setOperator(null)}>
      {interrupted ? <Interrupted place={interrupted} answered={() => setInterrupted(null)} /> : <Screens />}
    </Unlocked>
  );
}

interface Props {
  operator: Operator;
  locked(): void;
  children: ComponentChildren;
}

/** Locks on demand and when nobody is there, but not before what was typed is saved. */
function Unlocked({ operator, locked, children }: Props) {
  const { station, unsaved } = useStation();
  const [state, setState] = useState<"open" | "saving" | "failed" | "asking">("open");
  /** What a lock that is under way does when not everything could be saved. */
  const wish = useRef<"failed" | "asking" | null>(null);
  const focused = useRef<Element | null>(null);

  const end = async () => {
    keepPlace();
    await station.lock();
    locked();
  };
  const lock = async (failed: "failed" | "asking") => {
    if (wish.current) {
      // The touch of the button may itself have ended a long silence.
      if (failed === "asking") wish.current = failed;
      return;
    }
    wish.current = failed;
    // A field that takes what was typed when it is left takes it now.
    focused.current = document.activeElement;
    if (focused.current instanceof HTMLElement) focused.current.blur();
    setState((before) => (before === "failed" ? before : "saving"));
    await unsaved.flush();
    const wished = wish.current;
    wish.current = null;
    if (unsaved.isNothing) await end();
    else setState(wished);
  };
  // Locking would lose what is not saved, with nobody there to ask: it waits, and is tried again.
  useIdle(() => void lock("failed"));
  const session = useMemo(() => ({ operator, lock: () => void lock("asking") }), [operator]);
  const stay = () => {
    setState("open");
    if (state === "asking" && focused.current instanceof HTMLElement) focused.current.focus();
  };

  return (
    <SessionContext.Provider value={session}>
      <div inert={state === "saving"} aria-busy={state === "saving"} onInput={state === "failed" ? stay : undefined}>
        {state === "failed" && (
          <p class="notice" data-severity="error" role="alert">
            {texts.lock.idleUnsaved}
          </p>
        )}
        {children}
      </div>
      <p class="visually-hidden" role="status">
        {state === "saving" && texts.lock.locking}
      </p>
      {state === "asking" && (
        <Dialog title={texts.lock.unsavedTitle} close={stay}>
          <p>{texts.lock.unsavedHint}</p>
          <div class="actions">
            <button
              type="button"
              class="button danger"
              onClick={() => {
                unsaved.abandon();
                void end();
              }}
            >
              {texts.lock.lockAnyway}
            </button>
            <button type="button" class="button primary" onClick={stay}>
              {texts.common.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </SessionContext.Provider>
  );
}
