import { progressOf, statusWord, type Packet } from "rekam";
import { Icon, type IconName } from "../parts/icon.js";
import { formatMoment, formatSize } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { ProgressBar } from "./progress-bar.js";

const ICONS: Record<Packet["state"], IconName> = {
  stored: "clock",
  sending: "send",
  receipted: "check",
  purged: "check",
  refused: "alert",
};

interface Props {
  packet: Packet;
  /** Bytes per second; 0 when it is not known. */
  rate: number;
  retry(): void;
}

/** One packet: its state, how far it is, what went wrong and what can be done. */
export function PacketRow({ packet, rate, retry }: Props) {
  const { seq, state, sealedAt, receiptedAt, length, sent, reason, status, work } = packet;
  const word = status === undefined ? undefined : statusWord(status);
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
        <ProgressBar label={texts.outbox.states.sending} progress={progressOf([packet], rate)} rate={rate} />
      )}
      {reason && (state === "stored" || state === "sending" || state === "refused") && (
        <p class="finding" data-severity={state === "refused" ? "error" : "warning"}>
          <Icon name="alert" />
          <span>
            <strong>{texts.outbox.reason}:</strong> {say(reason)}
          </span>
        </p>
      )}
      {work && (
        <p class="finding" data-severity="error">
          <Icon name="alert" />
          {texts.outbox.work[work]}
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
        {word && (
          <>
            <br />
            {texts.outbox.status} <span lang="id">{word.label}</span>
          </>
        )}
      </p>
    </li>
  );
}
