import { useEffect, useRef, useState } from "preact/hooks";
import { fieldId } from "../recording/places.js";
import { texts } from "../texts/index.js";
import { FieldFrame, describedBy, labelOf } from "./field-frame.js";
import { isFaulty, type FieldProps } from "./field-props.js";
import { focusNext } from "./move-on-enter.js";
import type { Option } from "./search.js";

type Props = FieldProps & {
  /** The text of the chosen option, empty if there is none. */
  chosen: string;
  find(query: string): Option[];
  hint?: string;
  /** What to keep of typed text that is no option: nothing, unless this says so. */
  accept?(typed: string): string;
  /** The options are only an offer: what was typed out stands. */
  free?: boolean;
};

/** The height of the bar at the foot of the form. */
const ACTION_BAR_PX = 80;

/** A field that finds its options by typing (ARIA combobox with a list). */
export function SearchField({ chosen, find, hint, accept, free = false, ...props }: Props) {
  const { field, path, value, findings, change, leave } = props;
  const id = fieldId(path);
  /** Enter takes the first option, but not instead of what was typed out. */
  const first = free ? -1 : 0;
  const [open, setOpen] = useState(false);
  /** What is typed; null while the chosen option is shown. */
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(first);
  const list = useRef<HTMLUListElement>(null);
  const options = open ? find(typed ?? "") : [];

  useEffect(() => {
    const bottom = list.current?.getBoundingClientRect().bottom ?? 0;
    const visible = (visualViewport?.height ?? innerHeight) - ACTION_BAR_PX;
    // Under the keyboard nothing can be chosen.
    if (open && bottom > visible) list.current?.closest(".field")?.scrollIntoView({ block: "start" });
  }, [open, typed]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, open]);

  const pick = (option: Option) => {
    change(option.value);
    close();
    leave();
  };
  const close = () => {
    setOpen(false);
    setActive(first);
    setTyped(null);
  };
  const type = (text: string) => {
    setTyped(text);
    setActive(first);
    setOpen(true);
    change(accept?.(text) ?? "");
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (!open) setOpen(true);
        else setActive(Math.max(0, Math.min(options.length - 1, active + (event.key === "ArrowDown" ? 1 : -1))));
        break;
      case "Enter": {
        const option = options[active];
        if (open && typed && option) pick(option);
        event.preventDefault();
        focusNext(event.currentTarget);
        break;
      }
      case "Escape":
        if (open) {
          event.preventDefault();
          close();
        }
        break;
    }
  };

  return (
    <FieldFrame {...props} hint={hint}>
      <div class="search">
        <input
          id={id}
          class="input"
          type="text"
          role="combobox"
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellcheck={false}
          enterKeyHint="next"
          required={field.required}
          value={typed ?? (chosen || (accept ? value : ""))}
          aria-autocomplete="list"
          aria-expanded={open && options.length > 0}
          aria-controls={`${id}-options`}
          aria-activedescendant={open && options[active] ? `${id}-option-${active}` : undefined}
          aria-invalid={isFaulty(findings)}
          aria-describedby={describedBy(path)}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => setOpen(true)}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => {
            close();
            leave();
          }}
        />
        <ul
          id={`${id}-options`}
          ref={list}
          class="search-options"
          role="listbox"
          aria-label={labelOf(field.name)}
          hidden={!open || (free && options.length === 0)}
        >
          {options.map((option, index) => (
            <li
              key={option.value}
              id={`${id}-option-${index}`}
              role="option"
              aria-selected={index === active}
              // Before the blur of the input, which closes the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(option)}
            >
              {option.label}
              {option.detail && <small>{option.detail}</small>}
            </li>
          ))}
          {open && !free && options.length === 0 && (
            <li class="quiet" role="option" aria-disabled="true" aria-selected={false}>
              {texts.search.none}
            </li>
          )}
        </ul>
      </div>
    </FieldFrame>
  );
}
