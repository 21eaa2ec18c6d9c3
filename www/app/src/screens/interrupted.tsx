import { useEffect, useState } from "preact/hooks";
import type { Draft } from "rekam";
import { LockButton } from "../operators/lock-button.js";
import { Dialog } from "../parts/dialog.js";
import { Heading } from "../parts/heading.js";
import { Fault } from "../parts/line-field.js";
import { LinkState } from "../parts/link-state.js";
import { Notices } from "../parts/notices.js";
import { Shell } from "../parts/shell.js";
import { forgetOpen, returnTo, type OpenPlace } from "../recording/last-open.js";
import { replaceBy } from "../router.js";
import { codeOf } from "../station/connection.js";
import { useStation } from "../station/context.js";
import { formatTime } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { nameOf } from "./draft-name.js";

interface Props {
  place: OpenPlace;
  answered(): void;
}

/** The power went while this draft was open: what is to become of it? */
export function Interrupted({ place, answered }: Props) {
  const { station, site } = useStation();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [discarding, setDiscarding] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const leave = () => {
    forgetOpen();
    replaceBy({ screen: "home" });
    answered();
  };
  useEffect(() => {
    station.drafts().then(
      (drafts) => {
        const found = drafts.find(({ id }) => id === place.draft);
        // It was sealed or discarded with the last breath.
        if (found) setDraft(found);
        else leave();
      },
      (error: unknown) => setFailure(say(codeOf(error))),
    );
  }, [station, place]);
  const resume = () => {
    returnTo(place);
    answered();
  };
  const discard = () => {
    setDiscarding(false);
    station.discard(place.draft).then(leave, (error: unknown) => setFailure(say(codeOf(error))));
  };
  const status = (
    <>
      <LinkState />
      <LockButton />
    </>
  );

  return (
    <Shell place={site.siteName} status={status} notices={<Notices />}>
      {(draft || failure) && (
        <div class="card stack">
          <Heading name={texts.interrupted.title} />
          {draft && (
            <>
              <p>{texts.interrupted.hint}</p>
              <p class="note interrupted-draft">
                <strong>{nameOf(draft)}</strong>
                <span>{texts.services[draft.service].title}</span>
                <small>{texts.home.savedAt(formatTime(draft.savedAt))}</small>
              </p>
            </>
          )}
          <Fault text={failure} />
          <div class="actions">
            <button type="button" class="button danger" disabled={!draft} onClick={() => setDiscarding(true)}>
              {texts.interrupted.discard}
            </button>
            <button type="button" class="button" onClick={leave}>
              {texts.interrupted.later}
            </button>
            <button type="button" class="button primary" disabled={!draft} onClick={resume}>
              {texts.interrupted.resume}
            </button>
          </div>
        </div>
      )}
      {discarding && draft && (
        <Dialog title={texts.home.discardTitle} close={() => setDiscarding(false)}>
          <p>
            <strong>{nameOf(draft)}</strong>
          </p>
          <p>{texts.home.discardHint}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => setDiscarding(false)}>
              {texts.common.cancel}
            </button>
            <button type="button" class="button danger" onClick={discard}>
              {texts.common.delete}
            </button>
          </div>
        </Dialog>
      )}
    </Shell>
  );
}
