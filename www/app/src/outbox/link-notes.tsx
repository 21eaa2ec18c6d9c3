import type { LinkSettings } from "rekam";
import { Icon } from "../parts/icon.js";
import { useStation } from "../station/context.js";
import { formatMinute, formatSpan } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

/** Why what waits is not on its way: the clerk's own choice, or what the last probe found. */
export function LinkNotes({ settings }: { settings: LinkSettings | undefined }) {
  const { link } = useStation();
  const sentences = [];
  if (settings?.paused) sentences.push(texts.outbox.held.paused);
  else if (settings?.window) {
    const { from, to } = settings.window;
    sentences.push(texts.outbox.held.window(formatMinute(from), formatMinute(to)));
  }
  if (settings?.spareMetered && !settings.paused) sentences.push(texts.outbox.held.metered);
  if (link?.online === false) sentences.push(say(link.code));
  if (link?.online && link.clockError !== null) {
    const span = formatSpan(Math.abs(link.clockError));
    sentences.push(link.clockError > 0 ? texts.outbox.clockAhead(span) : texts.outbox.clockBehind(span));
  }
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence} class="finding" data-severity="info">
          <Icon name="offline" />
          {sentence}
        </p>
      ))}
    </>
  );
}
