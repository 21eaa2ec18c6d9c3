import { useEffect, useState } from "preact/hooks";
import type { Draft, Slot } from "rekam";
import { useStation } from "../station/context.js";

/** An address at which a capture of the draft can be shown, for as long as the component stands; null without a capture. */
export function useCaptureUrl(draft: Draft, slot: Slot): string | null {
  const { station } = useStation();
  const [url, setUrl] = useState<string | null>(null);
  const hash = draft.captures.find((capture) => capture.slot === slot)?.sha256;
  useEffect(() => {
    if (hash === undefined) return;
    let made: string | null = null;
    let current = true;
    station.readCapture(draft.id, slot).then(
      (bytes) => {
        if (!current) return;
        made = URL.createObjectURL(bytes);
        setUrl(made);
      },
      () => undefined,
    );
    return () => {
      current = false;
      setUrl(null);
      if (made) URL.revokeObjectURL(made);
    };
  }, [station, draft.id, slot, hash]);
  return url;
}
