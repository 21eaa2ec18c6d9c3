import { useEffect, useState } from "preact/hooks";
import type { LinkFacts, LinkSettings } from "rekam";
import { useStation } from "./context.js";

interface LinkFactsView {
  /** Null until they were read. */
  facts: LinkFacts | null;
  /** Changes when packets may go; rejects with a code. */
  change(settings: LinkSettings): Promise<void>;
}

/** What is known of the link, kept up to date while it is shown. */
export function useLinkFacts(): LinkFactsView {
  const { station, link, settingsChanged } = useStation();
  const [facts, setFacts] = useState<LinkFacts | null>(null);
  const read = () => station.linkFacts().then(setFacts);
  useEffect(() => {
    const refresh = () => void read();
    station.addEventListener("outbox", refresh);
    refresh();
    return () => station.removeEventListener("outbox", refresh);
  }, [station, link]);
  const change = async (settings: LinkSettings) => {
    // At once on the screen, where the finger is; what is kept is read in the end.
    setFacts((facts) => facts && { ...facts, settings });
    try {
      await station.setLinkSettings(settings);
      settingsChanged(settings);
    } finally {
      await read();
    }
  };
  return { facts, change };
}
