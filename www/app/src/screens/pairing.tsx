import { useState } from "preact/hooks";
import type { Station, StationConfiguration } from "rekam";
import { NewPinFields, useNewPin } from "../operators/new-pin.js";
import { Mistake, useStep } from "../operators/use-step.js";
import { Heading } from "../parts/heading.js";
import { Fault, LineField } from "../parts/line-field.js";
import { Shell } from "../parts/shell.js";
import { originOf } from "../station/pairing-link.js";
import { askForPersistence } from "../station/room.js";
import { texts } from "../texts/index.js";

interface Props {
  station: Station;
  /** From the address bar. */
  link: string | null;
  paired(site: StationConfiguration): Promise<void>;
}

/** Binds the tablet to its kecamatan and to its first operator. Shows where the link leads before it is followed. */
export function Pairing({ station, link: opened, paired }: Props) {
  const [typed, setTyped] = useState("");
  const [name, setName] = useState("");
  const newPin = useNewPin();
  const step = useStep("pairing");
  const link = typed || opened || "";
  const origin = originOf(link);
  const failed = step.faultAt("form");

  const pair = () =>
    step.run(async () => {
      if (!origin) throw new Mistake("link", texts.pairing.notALink);
      const pin = newPin.agreed();
      const site = await station.pair(link.trim(), { name, pin });
      askForPersistence();
      await paired(site);
    });

  return (
    <Shell>
      <form
        class="card stack"
        noValidate
        autoComplete="off"
        aria-busy={step.busy}
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <Heading name={texts.pairing.title} />
        {!opened && <p>{texts.pairing.intro}</p>}
        {(!opened || failed || typed) && (
          <LineField
            id="pairing-link"
            kind="link"
            label={texts.pairing.field}
            hint={texts.pairing.hint}
            value={typed}
            change={setTyped}
            fault={step.faultAt("link")}
          />
        )}
        {origin && <p class="note">{texts.pairing.target(origin)}</p>}
        <h2>{texts.firstOperator.title}</h2>
        <p class="quiet">{texts.firstOperator.hint}</p>
        <LineField
          id="pairing-name"
          label={texts.pins.name}
          hint={texts.pins.nameHint}
          value={name}
          change={setName}
          fault={step.faultAt("name")}
        />
        <NewPinFields form="pairing" label={texts.pins.pin} value={newPin} step={step} />
        <Fault text={failed} />
        <button type="submit" class="button primary" disabled={step.busy}>
          {step.busy ? texts.pairing.busy : texts.pairing.submit}
        </button>
      </form>
    </Shell>
  );
}
