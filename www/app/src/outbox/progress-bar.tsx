import type { Progress } from "rekam";
import { formatSize, formatSpan } from "../texts/format.js";
import { texts } from "../texts/index.js";

interface Props {
  label: string;
  progress: Progress;
  /** Bytes per second; 0 when it is not known. */
  rate: number;
}

/** A bar with its figures: percent, bytes, pace, time left. */
export function ProgressBar({ label, progress, rate }: Props) {
  const { percent, sent, length, secondsLeft } = progress;
  return (
    <p class="packet-progress">
      <progress max={100} value={percent} aria-label={label} />
      <small>
        {texts.outbox.progress(percent, formatSize(sent), formatSize(length))}
        {secondsLeft !== null && sent < length && (
          <>
            <br />
            {texts.outbox.pace(formatSize(rate), texts.outbox.left(formatSpan(secondsLeft)))}
          </>
        )}
      </small>
    </p>
  );
}
