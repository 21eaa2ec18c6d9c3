import { useEffect } from "preact/hooks";
import { progressOf } from "rekam";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { countWaiting, useStation } from "../station/context.js";
import { useQueue } from "../station/queue.js";
import { useLinkFacts } from "../station/use-link-facts.js";
import { formatMoment } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { LinkNotes } from "./link-notes.js";
import { PacketRow } from "./packet-row.js";
import { ProgressBar } from "./progress-bar.js";
import { SendingSettings } from "./sending-settings.js";

/** Every sealed packet and where it stands, in the clerk's words. */
export function Outbox() {
  const { station, packets, tryNow, refreshPackets } = useStation();
  const { facts, change } = useLinkFacts();
  const queue = useQueue(packets);
  useEffect(() => void refreshPackets(), [refreshPackets]);
  const waiting = countWaiting(packets);
  const rate = facts?.rate ?? 0;
  const settings = facts?.settings;
  const retry = (pid: string) => void station.retry(pid).then(refreshPackets, () => undefined);
  return (
    <div class="stack">
      <Heading name={texts.outbox.title} />
      {packets && packets.length > 0 && (
        <div class="outbox-summary">
          <p role="status">{waiting === 0 ? texts.outbox.none : texts.outbox.total(waiting)}</p>
          {waiting > 0 && <ProgressBar label={texts.outbox.all} progress={progressOf(queue, rate)} rate={rate} />}
          {waiting > 0 && settings && (
            <div class="actions">
              <button
                type="button"
                class="button"
                onClick={() => void change({ paused: !settings.paused })}
              >
                {settings.paused ? texts.outbox.goOn : texts.outbox.pause}
              </button>
              {!settings.paused && (
                <button type="button" class="button" onClick={tryNow}>
                  <Icon name="send" />
                  {texts.outbox.send}
                </button>
              )}
            </div>
          )}
        </div>
      )}
      {waiting > 0 && <LinkNotes settings={settings} />}
      {packets?.length === 0 && <p class="card quiet">{texts.outbox.empty}</p>}
      <ol class="packets" aria-label={texts.outbox.title}>
        {packets?.map((packet) => (
          <PacketRow key={packet.pid} packet={packet} rate={rate} retry={() => retry(packet.pid)} />
        ))}
      </ol>
      {settings && <SendingSettings settings={settings} change={change} />}
      {facts && facts.failures.length > 0 && (
        <details class="card">
          <summary>{texts.outbox.log}</summary>
          <ul class="link-log">
            {[...facts.failures].reverse().map(({ at, code, times }) => (
              <li key={`${at} ${code}`}>
                <small class="quiet">
                  {formatMoment(at)}
                  {times > 1 && ` · ${texts.outbox.times(times)}`}
                </small>
                <br />
                {say(code)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
