const CONTROLS = "input:not([type=hidden]):not([type=file]), select, textarea, button, canvas[tabindex]";

/** Enter in a line of text goes to the next control of the form instead of sending it. */
export function moveOnEnter(event: KeyboardEvent): void {
  const from = event.target;
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || !(from instanceof HTMLInputElement))
    return;
  if (from.type === "file") return;
  event.preventDefault();
  focusNext(from);
}

/** The focus goes to the control after this one; a group of radio buttons counts once. */
export function focusNext(from: HTMLInputElement): void {
  const controls = [...(from.form?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])].filter(
    (control) => control.offsetParent !== null && !control.hasAttribute("disabled"),
  );
  const sameGroup = (control: HTMLElement) =>
    control instanceof HTMLInputElement &&
    control.type === "radio" &&
    from.type === "radio" &&
    control.name === from.name;
  const next = controls.slice(controls.indexOf(from) + 1).find((control) => !sameGroup(control));
  const checked =
    next instanceof HTMLInputElement && next.type === "radio"
      ? from.form?.querySelector<HTMLElement>(`input[name="${next.name}"]:checked`)
      : null;
  (checked ?? next)?.focus();
}
