import { useEffect, useState } from "preact/hooks";

/** Time to finish with the applicant and look for power. */
const LOW_PERCENT = 20;
/** Old batteries fall from here to nothing within minutes. */
const EMPTY_PERCENT = 10;

/** The Battery Status API, which lib.dom lacks and Firefox and Safari too. */
interface BatteryManager extends EventTarget {
  charging: boolean;
  /** 0 to 1. */
  level: number;
}

export interface LowBattery {
  percent: number;
  state: "low" | "empty";
}

/** The battery when it runs low and is not being charged; null otherwise, and where the browser does not tell. */
export function useLowBattery(): LowBattery | null {
  const [low, setLow] = useState<LowBattery | null>(null);
  useEffect(() => {
    let battery: BatteryManager | null = null;
    let current = true;
    const look = () => battery && setLow(judge(battery));
    const watch = async () => {
      const found = await (navigator as { getBattery?(): Promise<BatteryManager> }).getBattery?.();
      if (!found || !current) return;
      battery = found;
      battery.addEventListener("levelchange", look);
      battery.addEventListener("chargingchange", look);
      look();
    };
    watch().catch(() => undefined);
    return () => {
      current = false;
      battery?.removeEventListener("levelchange", look);
      battery?.removeEventListener("chargingchange", look);
    };
  }, []);
  return low;
}

function judge({ charging, level }: BatteryManager): LowBattery | null {
  const percent = Math.round(level * 100);
  if (charging || percent > LOW_PERCENT) return null;
  return { percent, state: percent > EMPTY_PERCENT ? "low" : "empty" };
}
