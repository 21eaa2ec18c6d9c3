import { useLowBattery } from "../station/battery.js";
import { texts } from "../texts/index.js";
import { Icon } from "./icon.js";

/** What matters on every screen: the battery runs out. */
export function Notices() {
  const battery = useLowBattery();
  if (!battery) return null;
  const { percent, state } = battery;
  return state === "low" ? (
    <p class="notice" data-severity="info" role="status">
      <Icon name="battery" />
      {texts.battery.low(percent)}
    </p>
  ) : (
    <p class="notice" data-severity="error" role="alert">
      <Icon name="battery" />
      {texts.battery.empty(percent)}
    </p>
  );
}
