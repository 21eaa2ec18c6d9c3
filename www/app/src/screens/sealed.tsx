import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { go, hrefOf } from "../router.js";
import { useStation } from "../station/context.js";
import { useRoom } from "../station/room.js";
import { texts } from "../texts/index.js";
import { formatMoment } from "../texts/format.js";
import { RoomWarning } from "./room-note.js";

/** Shown only once the packet is durable. Nothing on it tells who was recorded. */
export function Sealed({ pid }: { pid: string }) {
  const { station, packets } = useStation();
  const room = useRoom();
  const packet = packets?.find((one) => one.pid === pid);
  if (!packet) return null;
  const begin = async () => {
    const draft = await station.createDraft(packet.service);
    go({ screen: "recording", draft: draft.id, review: false });
  };
  return (
    <div class="card stack sealed">
      <span class="sealed-mark">
        <Icon name="check" />
      </span>
      <Heading name={texts.sealed.title} />
      <p>{texts.sealed.hint}</p>
      <dl class="facts">
        <div>
          <dt>{texts.sealed.service}</dt>
          <dd>{texts.services[packet.service].title}</dd>
        </div>
        <div>
          <dt>{texts.sealed.sequence}</dt>
          <dd class="sealed-sequence">{packet.seq}</dd>
        </div>
        <div>
          <dt>{texts.sealed.time}</dt>
          <dd>{formatMoment(packet.sealedAt)}</dd>
        </div>
        <div>
          <dt>{texts.sealed.state}</dt>
          <dd>
            <span role="status">{texts.outbox.states[packet.state]}</span>
          </dd>
        </div>
      </dl>
      <RoomWarning room={room} />
      <div class="actions">
        <a class="button" href={hrefOf({ screen: "outbox" })}>
          {texts.nav.outbox}
        </a>
        <a class="button" href={hrefOf({ screen: "services" })}>
          {texts.sealed.otherService}
        </a>
        {/* Those who wait mostly ask for the same. */}
        <button type="button" class="button primary" disabled={room?.state === "full"} onClick={() => void begin()}>
          <Icon name="plus" />
          {texts.services[packet.service].title}
        </button>
      </div>
    </div>
  );
}
