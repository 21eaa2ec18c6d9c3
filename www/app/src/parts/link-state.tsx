import { useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { Icon } from "./icon.js";

/** What the last probe found, in one word. */
export function LinkState() {
  const { link } = useStation();
  const state = link === null ? "unknown" : link.online ? "online" : "offline";
  return (
    <p class="link-state" data-state={state} role="status">
      <Icon name={state === "online" ? "online" : "offline"} />
      <span class="visually-hidden">{texts.link.label}: </span>
      <span>{texts.link[state]}</span>
    </p>
  );
}
