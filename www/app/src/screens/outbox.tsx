import { useEffect } from "preact/hooks";
import type { Packet } from "rekam";
import { Heading } from "../parts/heading.js";
import { Icon, type IconName } from "../parts/icon.js";
import { countWaiting, useStation } from "../station/context.js";
import { texts } from "../texts/index.js";
import { formatMoment, formatSize } from "../texts/format.js";
import { say } from "../texts/say.js";

const ICONS: Record<Packet["state"], IconName> = {
  stored: "clock",
  sending: "send",
  receipted: "check",
  purged: "check",
  refused: "alert",
};

/** Every sealed packet and where it stands, in the clerk's words. */
export function Outbox() {
  const { station, packets, link, tryNow, refreshPackets } = useStation();
  useEffect(() => void refreshPackets(), [refreshPackets]);
  const waiting = countWaiting(packets);
  const retry = (pid: string) => void station.retry(pid).then(refreshPackets, () => undefined);
  return (
    <div class="stack">
      <Heading name={texts.outbox.title} />
      {packets && packets.length > 0 && (
        <div class="outbox-summary">
          <p role="status">{waiting === 0 ? texts.outbox.none : texts.outbox.total(waiting)}</p>
          {waiting > 0 && (
            <button type="button" class="button" onClick={tryNow}>
              <Icon name="send" />
              {texts.outbox.send}
            </button>
          )}
        </div>
      )}
      {waiting > 0 && link?.online === false && (
        <p class="finding" data-severity="info">
          <Icon name="offline" />
          {say(link.code)}
        </p>
      )}
      {packets?.length === 0 && <p class="card quiet">{texts.outbox.empty}</p>}
      <ol class="packets" aria-label={texts.outbox.title}>
        {packets?.map((packet) => (
          <PacketRow key={packet.pid} packet={packet} retry={() => retry(packet.pid)} />
        ))}
      </ol>
    </div>
  );
}

function PacketRow({ packet, retry }: { packet: Packet; retry: () => void }) {
  const { seq, state, sealedAt, receiptedAt, length, sent, reason } = packet;
  const title = texts.outbox.item(seq);
  const under = state === "sending" || (state === "stored" && sent > 0);
  return (
    <li class="card packet" data-state={state} aria-label={title}>
      <h2>{title}</h2>
      <p class="packet-state">
        <Icon name={ICONS[state]} />
        {texts.outbox.states[state]}
      </p>
      {under && (
        <p class="packet-progress">
          <progress max={length} value={sent} aria-label={texts.outbox.states.sending} />
          <small>{texts.outbox.progress(formatSize(sent), formatSize(length))}</small>
        </p>
      )}
      {reason && (state === "stored" || state === "sending" || state === "refused") && (
        <p class="finding" data-severity={state === "refused" ? "error" : "warning"}>
          <Icon name="alert" />
          <span>
            <strong>{texts.outbox.reason}:</strong> {say(reason)}
          </span>
        </p>
      )}
      {state === "refused" && (
        <button type="button" class="button" aria-label={texts.outbox.retryOf(title)} onClick={retry}>
          <Icon name="send" />
          {texts.outbox.retry}
        </button>
      )}
      <p class="quiet">
        {texts.services[packet.service].title}
        <br />
        {texts.outbox.sealedAt(formatMoment(sealedAt))} · {formatSize(length)}
        {receiptedAt !== undefined && (
          <>
            <br />
            {texts.outbox.receiptedAt(formatMoment(receiptedAt))}
          </>
        )}
      </p>
    </li>
  );
}
