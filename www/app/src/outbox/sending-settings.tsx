import { useState } from "preact/hooks";
import type { LinkSettings } from "rekam";
import { Fault } from "../parts/line-field.js";
import { codeOf } from "../station/connection.js";
import { formatMinute, parseMinute } from "../texts/format.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";

interface Props {
  settings: LinkSettings;
  change(changed: Partial<LinkSettings>): Promise<void>;
}

/** Nine in the evening to five in the morning, when the signal is good and the data are cheap. */
const NIGHT = { from: 21 * 60, to: 5 * 60 };
/** Only a browser that tells what the link costs can spare it. */
const TELLS_COST = "connection" in navigator;

/** When packets go by themselves. */
export function SendingSettings({ settings, change }: Props) {
  const [fault, setFault] = useState<string | null>(null);
  const save = (changed: Partial<LinkSettings>) => {
    change(changed).then(
      () => setFault(null),
      (error: unknown) => setFault(say(codeOf(error))),
    );
  };
  const { window, spareMetered } = settings;
  const end = (which: "from" | "to", text: string) => {
    const minute = parseMinute(text);
    if (window && minute !== null) save({ window: { ...window, [which]: minute } });
  };
  return (
    <details class="card sending-settings">
      <summary>{texts.outbox.settings.title}</summary>
      <fieldset class="choice">
        <legend>{texts.outbox.settings.when}</legend>
        <div class="radios">
        <label class="radio">
          <input type="radio" name="window" checked={window === null} onChange={() => save({ window: null })} />
          <span>{texts.outbox.settings.always}</span>
        </label>
        <label class="radio">
          <input type="radio" name="window" checked={window !== null} onChange={() => save({ window: NIGHT })} />
          <span>{texts.outbox.settings.between}</span>
        </label>
        </div>
      </fieldset>
      {window && (
        <div class="time-window">
          {(["from", "to"] as const).map((which) => (
            <label key={which} class="field">
              <span class="field-label">{texts.outbox.settings[which]}</span>
              <input
                class="input"
                type="time"
                required
                value={formatMinute(window[which])}
                onChange={(event) => end(which, event.currentTarget.value)}
              />
            </label>
          ))}
        </div>
      )}
      {TELLS_COST && (
        <label class="check">
          <input
            type="checkbox"
            checked={spareMetered}
            onChange={(event) => save({ spareMetered: event.currentTarget.checked })}
          />
          <span>{texts.outbox.settings.spareMetered}</span>
        </label>
      )}
      <Fault text={fault} />
    </details>
  );
}
