import { useEffect, useState } from "preact/hooks";
import type { Durability, Station } from "rekam";

/** Whether what is saved now survives a power cut; asked again when it will. Null until that is known. */
export function useDurability(station: Station): Durability | null {
  const [durability, setDurability] = useState<Durability | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const told = await station.durability();
      setDurability(told);
      if (told.safeInMillis !== undefined) timer = setTimeout(look, told.safeInMillis + 1_000);
    };
    // A station that was closed or taken over says so elsewhere.
    const look = () => void ask().catch(() => undefined);
    look();
    return () => clearTimeout(timer);
  }, [station]);
  return durability;
}
