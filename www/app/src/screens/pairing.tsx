import type { TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import type { Station, StationConfiguration } from "rekam";
import { Heading } from "../parts/heading.js";
import { Shell } from "../parts/shell.js";
import { codeOf } from "../station/connection.js";
import { originOf } from "../station/pairing-link.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

interface Props {
  station: Station;
  /** From the address bar. */
  link: string | null;
  paired(site: StationConfiguration): void;
}

/** Binds the tablet to its kecamatan. Shows where the link leads before it is followed. */
export function Pairing({ station, link: opened, paired }: Props) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const link = typed || opened || "";
  const origin = originOf(link);

  const pair = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!origin) {
      setFailure(texts.pairing.notALink);
      document.getElementById("pairing-link")?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      paired(await station.pair(link.trim()));
    } catch (error) {
      setFailure(say(codeOf(error)));
      setBusy(false);
    }
  };

  return (
    <Shell>
      <form class="card stack" noValidate autoComplete="off" onSubmit={(event) => void pair(event)}>
        <Heading name={texts.pairing.title} />
        {!opened && <p>{texts.pairing.intro}</p>}
        {(!opened || failure) && (
          <div class="field">
            <label for="pairing-link">{texts.pairing.field}</label>
            <p class="field-hint" id="pairing-link-hint">
              {texts.pairing.hint}
            </p>
            <input
              id="pairing-link"
              type="url"
              inputMode="url"
              autoComplete="off"
              autoCapitalize="off"
              spellcheck={false}
              value={typed}
              aria-describedby="pairing-link-hint pairing-failure"
              aria-invalid={failure !== null}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </div>
        )}
        {origin && <p class="note">{texts.pairing.target(origin)}</p>}
        <p id="pairing-failure" role="alert" class={failure ? "finding" : ""} data-severity="error">
          {failure}
        </p>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? texts.pairing.busy : texts.pairing.submit}
        </button>
      </form>
    </Shell>
  );
}
