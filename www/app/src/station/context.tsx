import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Link, LinkSettings, Packet, Station, StationConfiguration } from "rekam";
import { watchConnection, type Connection } from "./connection.js";
import type { Province } from "./regions.js";
import { Unsaved } from "./unsaved.js";
import { useProvince } from "./use-province.js";

interface StationView {
  station: Station;
  site: StationConfiguration;
  /** Newest first; null until they were read. */
  packets: Packet[] | null;
  /** Null until the first probe has answered. */
  link: Link | null;
  /** Null until its names were read. */
  province: Province | null;
  /** What must be saved before the tablet is locked. */
  unsaved: Unsaved;
  /** Probes, and sends if the registry answers, whatever the hour and the price of the link. */
  tryNow(): void;
  /** What the clerk chose for the link is another thing now. */
  settingsChanged(settings: LinkSettings): void;
  refreshPackets(): Promise<void>;
}

const StationContext = createContext<StationView | null>(null);

export function useStation(): StationView {
  const view = useContext(StationContext);
  if (!view) throw new Error("outside StationProvider");
  return view;
}

export function countWaiting(packets: Packet[] | null): number {
  return packets?.filter(({ state }) => state === "stored" || state === "sending").length ?? 0;
}

interface Props {
  station: Station;
  site: StationConfiguration;
  children: ComponentChildren;
}

/** Keeps the outbox and the connection of a paired station up to date for every screen. */
export function StationProvider({ station, site, children }: Props) {
  const [packets, setPackets] = useState<Packet[] | null>(null);
  const [link, setLink] = useState<Link | null>(null);
  const waiting = useRef(0);
  const paused = useRef(false);
  const connection = useRef<Connection | null>(null);
  const unsaved = useMemo(() => new Unsaved(), [station]);
  const province = useProvince(station, site.site, link?.online === true);

  const refreshPackets = useMemo(
    () => async () => {
      const now = await station.outbox();
      const more = countWaiting(now) > waiting.current;
      waiting.current = countWaiting(now);
      setPackets(now);
      if (more) connection.current?.wake();
      else connection.current?.arm();
    },
    [station],
  );

  useEffect(() => {
    const refresh = () => void refreshPackets();
    station.addEventListener("outbox", refresh);
    refresh();
    const isWorthIt = () => waiting.current > 0 && !paused.current;
    connection.current = watchConnection(station, isWorthIt, setLink);
    void station.linkFacts().then(({ settings }) => (paused.current = settings.paused));
    return () => {
      station.removeEventListener("outbox", refresh);
      connection.current?.stop();
      connection.current = null;
    };
  }, [station, refreshPackets]);

  const view = useMemo(
    () => ({
      ...{ station, site, packets, link, province, unsaved, refreshPackets },
      tryNow: () => connection.current?.wake(true),
      settingsChanged: (settings: LinkSettings) => {
        paused.current = settings.paused;
        if (!settings.paused) connection.current?.wake();
      },
    }),
    [station, site, packets, link, province, unsaved, refreshPackets],
  );
  return <StationContext.Provider value={view}>{children}</StationContext.Provider>;
}
