import { useEffect, useState } from "preact/hooks";
import type { LockScreen, Station, StationConfiguration } from "rekam";
import { Gate } from "./operators/gate.js";
import { Shell } from "./parts/shell.js";
import { InUse } from "./screens/in-use.js";
import { Problem } from "./screens/problem.js";
import { Pairing } from "./screens/pairing.js";
import { codeOf } from "./station/connection.js";
import { StationProvider } from "./station/context.js";
import { openStation } from "./station/open.js";
import { takePairingLink } from "./station/pairing-link.js";
import { texts } from "./texts/index.js";

/** What a station fails with that another tab has. */
const inUse = { code: "store_in_use" };

/** Opens the station, pairs it if that was never done, then shows the screens to who unlocks them. */
export function Start({ link: firstLink }: { link: string | null }) {
  const [station, setStation] = useState<Station | null>(null);
  const [site, setSite] = useState<StationConfiguration | null>(null);
  const [lockScreen, setLockScreen] = useState<LockScreen | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [link, setLink] = useState(firstLink);

  const open = (takeover: boolean) => {
    setFailure(null);
    // What was open belongs to another tab by now: the screens begin anew, locked.
    setStation(null);
    openStation(takeover)
      .then(async (opened) => {
        setLockScreen(await opened.lockScreen());
        setSite(opened.configuration);
        setStation(opened);
        opened.addEventListener("taken", () => setFailure(inUse), { once: true });
      })
      .catch(setFailure);
  };
  useEffect(() => {
    open(false);
    // A link opened while the app is open changes the fragment only.
    const follow = () => {
      const next = takePairingLink();
      if (next) setLink(next);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  if (failure && codeOf(failure) === inUse.code) return <InUse takeOver={() => open(true)} />;
  if (failure) return <Problem error={failure} />;
  if (!station) {
    return (
      <Shell>
        <p class="opening" role="status">
          {texts.app.opening}
        </p>
      </Shell>
    );
  }
  if (!site || !lockScreen || lockScreen.operators.length === 0) {
    const paired = async (to: StationConfiguration) => {
      setLockScreen(await station.lockScreen());
      setSite(to);
    };
    return <Pairing station={station} link={link} paired={paired} />;
  }
  return (
    <StationProvider station={station} site={site}>
      <Gate first={lockScreen} />
    </StationProvider>
  );
}
