import { useRef } from "preact/hooks";
import type { Form, Member } from "rekam";
import { labelOf } from "../fields/field-frame.js";
import { FieldValue } from "../fields/field-value.js";
import { Icon, type IconName } from "../parts/icon.js";
import { memo } from "../parts/memo.js";
import type { Beside, MemberState } from "../recording/examined.js";
import type { FieldActions } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";
import { MemberFields } from "./member-fields.js";

/** More are only counted. */
const MOST_NAMED = 3;

export interface RowActions {
  toggle(id: string, open: boolean): void;
  move(id: string, by: -1 | 1): void;
  remove(member: Member): void;
}

interface Props extends RowActions {
  member: Member;
  place: number;
  last: boolean;
  state: MemberState | undefined;
  form: Form;
  open: boolean;
  /** For the open row only: it changes with every key. */
  beside: Beside | null;
  actions: FieldActions;
}

/** One member: who it is and how far, where to move it, and its fields when it is open. */
export const MemberRow = memo(function MemberRow(props: Props) {
  const { member, place, last, state, form, open, beside, actions, toggle, move, remove } = props;
  const row = useRef<HTMLLIElement>(null);
  const name = (member.fields["name"] ?? "").trim();
  const title = texts.family.row(place + 1, name);
  const content = `member-${member.id}`;
  const shdk = form.members.find((field) => field.name === "shdk");

  const moveAndStay = (by: -1 | 1) => {
    move(member.id, by);
    // A row that moves loses the focus, and at the end its button is gone.
    requestAnimationFrame(() => {
      const wanted = row.current?.querySelector<HTMLButtonElement>(`[data-move="${by}"]`);
      const other = row.current?.querySelector<HTMLButtonElement>(`[data-move="${-by}"]`);
      (wanted?.disabled ? other : wanted)?.focus();
      row.current?.scrollIntoView({ block: "nearest" });
    });
  };
  return (
    <li ref={row} class="member" data-open={open} data-state={lookOf(state)} aria-label={title}>
      <div class="member-head">
        <button
          type="button"
          class="member-toggle"
          aria-expanded={open}
          aria-controls={open ? content : undefined}
          onClick={() => toggle(member.id, !open)}
        >
          <span class="member-number" aria-hidden="true">
            {place + 1}
          </span>
          <span class="member-who">
            <strong>{name || texts.family.unnamed}</strong>
            {shdk && (
              <span class="member-relation">
                <FieldValue field={shdk} value={member.fields["shdk"] ?? ""} />
              </span>
            )}
            <Progress state={state} />
          </span>
          <Icon name={open ? "close" : "open"} />
        </button>
        <div class="member-moves">
          <MoveButton icon="up" by={-1} label={texts.family.up(title)} disabled={place === 0} press={moveAndStay} />
          <MoveButton icon="down" by={1} label={texts.family.down(title)} disabled={last} press={moveAndStay} />
          <button
            type="button"
            class="button square"
            aria-label={texts.family.remove(title)}
            onClick={() => remove(member)}
          >
            <Icon name="trash" />
          </button>
        </div>
      </div>
      {open && beside && (
        <div id={content} class="member-fields">
          <MemberFields member={member} place={place} form={form} beside={beside} actions={actions} />
          <button type="button" class="button" onClick={() => toggle(member.id, false)}>
            <Icon name="close" />
            {texts.family.close}
          </button>
        </div>
      )}
    </li>
  );
});

interface MoveProps {
  icon: IconName;
  by: -1 | 1;
  label: string;
  disabled: boolean;
  press(by: -1 | 1): void;
}

function MoveButton({ icon, by, label, disabled, press }: MoveProps) {
  return (
    <button
      type="button"
      class="button square"
      data-move={by}
      aria-label={label}
      disabled={disabled}
      onClick={() => press(by)}
    >
      <Icon name={icon} />
    </button>
  );
}

/** What is wrong, what is missing, or that nothing is. */
function Progress({ state }: { state: MemberState | undefined }) {
  if (!state) return null;
  const { wrong, missing, doubtful } = state;
  if (wrong.length === 0 && missing.length === 0 && doubtful.length === 0) {
    return (
      <small class="member-state" data-state="done">
        <Icon name="check" />
        {texts.family.complete}
      </small>
    );
  }
  return (
    <>
      {wrong.length > 0 && (
        <small class="member-state" data-state="faulty">
          <Icon name="cross" />
          <span>
            {texts.recording.severity.error}: {namesOf(wrong)}
          </span>
        </small>
      )}
      {doubtful.length > 0 && (
        <small class="member-state" data-state="doubtful">
          <Icon name="alert" />
          <span>
            {texts.recording.severity.warning}: {namesOf(doubtful)}
          </span>
        </small>
      )}
      {missing.length > 0 && (
        <small class="member-state" data-state={state.faulty ? "faulty" : "open"}>
          <Icon name={state.faulty ? "cross" : "clock"} />
          <span>
            {texts.family.missing}: {namesOf(missing)}
          </span>
        </small>
      )}
    </>
  );
}

function namesOf(fields: string[]): string {
  const named = fields.slice(0, MOST_NAMED).map(labelOf).join(", ");
  return fields.length > MOST_NAMED ? texts.family.andMore(named, fields.length - MOST_NAMED) : named;
}

function lookOf(state: MemberState | undefined): "faulty" | "open" | "done" {
  if (state?.faulty) return "faulty";
  return state && state.missing.length > 0 ? "open" : "done";
}
