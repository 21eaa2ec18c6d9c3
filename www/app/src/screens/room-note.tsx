import { Icon } from "../parts/icon.js";
import { SCARCE_BYTES, usePersistence, type Room } from "../station/room.js";
import { formatCount, formatSize } from "../texts/format.js";
import { texts } from "../texts/index.js";

/** Says so when there is little room left, or none for a new recording. */
export function RoomWarning({ room }: { room: Room | null }) {
  if (!room || room.state === "ample") return null;
  const full = room.state === "full";
  return (
    <p class="finding" data-severity={full ? "error" : "warning"} role={full ? "alert" : "status"}>
      <Icon name="alert" />
      {full ? texts.room.full : texts.room.scarce(formatSize(SCARCE_BYTES))}
    </p>
  );
}

/** Use and remaining room, and whether the browser has promised to keep what is stored. */
export function RoomNote({ room }: { room: Room | null }) {
  const [persisted, ask] = usePersistence();
  return (
    <>
      {room && (
        <p class="quiet">
          <Icon name="disk" />
          {texts.room[room.atLeast ? "leftAtLeast" : "left"](
            formatSize(room.used),
            formatSize(room.left),
            formatCount(room.recordings),
          )}
        </p>
      )}
      {persisted !== null && (
        <p class="quiet" role="status">
          <Icon name={persisted ? "check" : "info"} />
          {persisted ? texts.room.persisted : texts.room.notPersisted}
        </p>
      )}
      {persisted === false && (
        <button type="button" class="button plain" onClick={ask}>
          {texts.room.ask}
        </button>
      )}
    </>
  );
}
