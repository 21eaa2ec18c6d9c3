import { useEffect, useState } from "preact/hooks";
import type { Draft } from "rekam";
import { useSession } from "../operators/session.js";
import { Dialog } from "../parts/dialog.js";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { go, hrefOf } from "../router.js";
import { codeOf } from "../station/connection.js";
import { countWaiting, useStation } from "../station/context.js";
import { useRoom } from "../station/room.js";
import { useDurability } from "../station/use-durability.js";
import { useOfflineReadiness } from "../station/use-offline-readiness.js";
import { switchLanguage, texts } from "../texts/index.js";
import { formatTime } from "../texts/format.js";
import { say } from "../texts/say.js";
import { nameOf } from "./draft-name.js";
import { DurabilityNote } from "./durability-note.js";
import { RoomNote, RoomWarning } from "./room-note.js";

/** What waits, what was begun, and the one big button. */
export function Home() {
  const { station, site, packets } = useStation();
  const { operator } = useSession();
  const room = useRoom();
  const [drafts, setDrafts] = useState<Draft[] | null>(null);
  const [discarding, setDiscarding] = useState<Draft | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const readiness = useOfflineReadiness(site.site);
  const durability = useDurability(station);

  const fail = (error: unknown) => setFailure(say(codeOf(error)));
  const load = () => station.drafts().then(setDrafts, fail);
  useEffect(() => void load(), [station]);

  const discard = (draft: Draft) => {
    setDiscarding(null);
    station.discard(draft.id).then(load, fail);
  };
  const refused = packets?.filter(({ state }) => state === "refused").length ?? 0;

  return (
    <div class="stack home">
      <Heading name={texts.home.title}>{site.siteName}</Heading>
      <button type="button" class="button primary huge" onClick={() => go({ screen: "services" })}>
        <Icon name="plus" />
        {texts.nav.newRecording}
      </button>
      <RoomWarning room={room} />
      {failure && (
        <p class="finding" data-severity="error" role="alert">
          {failure}
        </p>
      )}
      <a class="card row-link" href={hrefOf({ screen: "outbox" })}>
        <Icon name="send" />
        <span>
          <strong>{texts.nav.outbox}</strong>
          <small>{texts.home.waiting(countWaiting(packets))}</small>
          {refused > 0 && <small class="strong-error">{texts.home.refused(refused)}</small>}
        </span>
        <Icon name="next" />
      </a>
      <section class="card" aria-labelledby="drafts">
        <h2 id="drafts">{texts.home.drafts}</h2>
        {drafts?.length === 0 && <p class="quiet">{texts.home.noDrafts}</p>}
        <ul class="drafts">
          {drafts?.map((draft) => (
            <DraftRow key={draft.id} draft={draft} discard={() => setDiscarding(draft)} />
          ))}
        </ul>
      </section>
      <a class="card row-link" href={hrefOf({ screen: "operators" })}>
        <Icon name="people" />
        <span>
          <strong>{texts.operators.title}</strong>
          <small>{texts.operators.current(operator.name)}</small>
        </span>
        <Icon name="next" />
      </a>
      <footer class="home-footer">
        <p class="quiet" role="status">
          <Icon name={readiness.ready ? "check" : "clock"} />
          {readiness.ready ? texts.home.offlineReady : texts.home.offlinePreparing}
        </p>
        <DurabilityNote durability={durability} />
        <RoomNote room={room} />
        {readiness.update && <p class="quiet">{texts.home.updateReady}</p>}
        <button
          type="button"
          class="button plain"
          lang={texts.app.language === "English" ? "en" : "id"}
          onClick={switchLanguage}
        >
          {texts.app.language}
        </button>
      </footer>
      {discarding && (
        <Dialog title={texts.home.discardTitle} close={() => setDiscarding(null)}>
          <p>
            <strong>{nameOf(discarding)}</strong>
          </p>
          <p>{texts.home.discardHint}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => setDiscarding(null)}>
              {texts.common.cancel}
            </button>
            <button type="button" class="button danger" onClick={() => discard(discarding)}>
              {texts.common.delete}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function DraftRow({ draft, discard }: { draft: Draft; discard: () => void }) {
  const name = nameOf(draft);
  return (
    <li>
      <span>
        <strong>{name}</strong>
        <small>{texts.services[draft.service].title}</small>
        <small>{texts.home.savedAt(formatTime(draft.savedAt))}</small>
      </span>
      <button type="button" class="button plain" aria-label={texts.home.discardOf(name)} onClick={discard}>
        {texts.home.discard}
      </button>
      <a
        class="button"
        aria-label={texts.home.resumeOf(name)}
        href={hrefOf({ screen: "recording", draft: draft.id, review: false })}
      >
        {texts.home.resume}
      </a>
    </li>
  );
}
