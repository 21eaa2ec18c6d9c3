import type { Slot } from "rekam";
import { Icon, type IconName } from "../parts/icon.js";
import type { DraftHandle } from "../recording/use-draft.js";
import { texts } from "../texts/index.js";

type SlotState = keyof typeof texts.biometrics.state;

const ICONS: Record<SlotState, IconName> = { captured: "check", missing: "plus", temporary: "info", permanent: "info" };

interface Props {
  title: string;
  slots: Slot[];
  handle: DraftHandle;
  open(slot: Slot): void;
}

/** One hand, or both eyes: what is captured, missing or excepted. A press opens the slot. */
export function SlotGrid({ title, slots, handle, open }: Props) {
  return (
    <div class="slots" role="group" aria-label={title}>
      <h3 aria-hidden="true">{title}</h3>
      <ul>
        {slots.map((slot) => {
          const state = stateOf(slot, handle);
          return (
            <li key={slot}>
              <button
                type="button"
                class="slot"
                data-state={state}
                aria-label={`${texts.slots[slot]}: ${texts.biometrics.state[state]}`}
                onClick={() => open(slot)}
              >
                <Icon name={ICONS[state]} />
                <span>
                  <strong>{texts.slots[slot]}</strong>
                  <small>{texts.biometrics.state[state]}</small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function stateOf(slot: Slot, { draft }: DraftHandle): SlotState {
  if (draft.captures.some((capture) => capture.slot === slot)) return "captured";
  return draft.exceptions.find((exception) => exception.slot === slot)?.kind ?? "missing";
}
