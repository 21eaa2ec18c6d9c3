import { useState } from "preact/hooks";
import type { Service } from "rekam";
import { Heading } from "../parts/heading.js";
import { Icon } from "../parts/icon.js";
import { go } from "../router.js";
import { codeOf } from "../station/connection.js";
import { useStation } from "../station/context.js";
import { useRoom } from "../station/room.js";
import { texts } from "../texts/index.js";
import { say } from "../texts/say.js";
import { RoomWarning } from "./room-note.js";

/** By card, the most frequent first. */
const GROUPS: [card: "ktp" | "kk" | "kia", services: Service[]][] = [
  ["ktp", ["ktp_first", "ktp_lost_damaged", "ktp_moved_in", "ktp_changed_element"]],
  [
    "kk",
    [
      ...(["kk_new_family", "kk_member_added", "kk_member_removed", "kk_split"] as const),
      ...(["kk_moved_in", "kk_change_of_head", "kk_lost_damaged"] as const),
    ],
  ],
  ["kia", ["kia"]],
];
const MOST_FREQUENT: Service = "ktp_first";

/** What does the applicant ask for? */
export function Services() {
  const { station } = useStation();
  const room = useRoom();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const begin = (service: Service) => {
    setBusy(true);
    station.createDraft(service).then(
      (draft) => go({ screen: "recording", draft: draft.id, review: false }),
      (error: unknown) => {
        setBusy(false);
        setFailure(say(codeOf(error)));
      },
    );
  };
  return (
    <div class="stack">
      <Heading name={texts.chooseService.title} />
      <RoomWarning room={room} />
      {failure && (
        <p class="finding" data-severity="error" role="alert">
          {failure}
        </p>
      )}
      {GROUPS.map(([card, services]) => (
        <section key={card} class="services" aria-labelledby={`services-${card}`}>
          <h2 id={`services-${card}`}>{texts.chooseService.cards[card]}</h2>
          <ul>
            {services.map((service) => (
              <li key={service}>
                <button
                  type="button"
                  class={`service ${service === MOST_FREQUENT ? "button primary" : "card"}`}
                  disabled={busy || room?.state === "full"}
                  aria-labelledby={`service-${service}`}
                  aria-describedby={`service-${service}-hint`}
                  onClick={() => begin(service)}
                >
                  <span>
                    <strong id={`service-${service}`}>{texts.services[service].title}</strong>
                    <small id={`service-${service}-hint`}>{texts.services[service].hint}</small>
                  </span>
                  <Icon name="next" />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
