import { useEffect, useState } from "preact/hooks";
import type { Recorded } from "rekam";
import { Icon } from "../parts/icon.js";
import { useStation } from "../station/context.js";
import { formatMoment } from "../texts/format.js";
import { texts } from "../texts/index.js";

/** Before the last digit there is nobody to ask for. */
const NIK = /^\d{16}$/;

/** Says that this person was recorded on this tablet before, by the NIK as it is typed. A hint, and no bar. */
export function RecordedBefore({ nik = "" }: { nik: string | undefined }) {
  const { station } = useStation();
  const digits = nik.replace(/[\s.]/g, "");
  const [found, setFound] = useState<{ digits: string; packets: Recorded[] } | null>(null);
  useEffect(() => {
    if (!NIK.test(digits)) return;
    let current = true;
    // A tablet that was locked meanwhile has nobody to show it to.
    void station.recordedBefore(digits).then(
      (packets) => current && setFound({ digits, packets }),
      () => undefined,
    );
    return () => void (current = false);
  }, [station, digits]);

  const last = found?.digits === digits ? found.packets.at(-1) : undefined;
  return (
    <div role="status">
      {last && (
        <p class="finding" data-severity="warning">
          <Icon name="alert" />
          {texts.recording.recordedBefore(formatMoment(last.sealedAt), last.seq)}
        </p>
      )}
    </div>
  );
}
