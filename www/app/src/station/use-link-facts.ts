import { useEffect, useRef, useState } from "preact/hooks";
import type { LinkFacts, LinkSettings } from "rekam";
import { useStation } from "./context.js";

interface LinkFactsView {
  /** Null until they were read. */
  facts: LinkFacts | null;
  /** Changes when packets may go; rejects with a code. */
  change(changed: Partial<LinkSettings>): Promise<void>;
}

/** What is known of the link, kept up to date while it is shown. */
export function useLinkFacts(): LinkFactsView {
  const { station, link, settingsChanged } = useStation();
  const [facts, setFacts] = useState<LinkFacts | null>(null);
  // What the clerk has chosen and is not kept yet: it is on the screen at once, whatever is read meanwhile.
  const chosen = useRef<LinkSettings | null>(null);
  const read = async () => {
    const kept = await station.linkFacts();
    setFacts(chosen.current ? { ...kept, settings: chosen.current } : kept);
  };
  useEffect(() => {
    const refresh = () => void read();
    station.addEventListener("outbox", refresh);
    refresh();
    return () => station.removeEventListener("outbox", refresh);
  }, [station, link]);
  const change = async (changed: Partial<LinkSettings>) => {
    const before = chosen.current ?? facts?.settings;
    if (!before) return;
    const settings = { ...before, ...changed };
    chosen.current = settings;
    setFacts((facts) => facts && { ...facts, settings });
    try {
      await station.setLinkSettings(settings);
      settingsChanged(settings);
    } finally {
      if (chosen.current === settings) chosen.current = null;
      await read();
    }
  };
  return { facts, change };
}
