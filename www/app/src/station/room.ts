import { useCallback, useEffect, useState } from "preact/hooks";
import type { Packet } from "rekam";
import { useStation } from "./context.js";

/** A hundred recordings, a day at the peak: time to reach a network, or somebody who can help. */
export const SCARCE_BYTES = 200_000_000;
/** A begun recording with all its captures fits in four times over: what is open can still be sealed, kept and sent. */
const FULL_BYTES = 20_000_000;
/** A photo, a signature, ten fingers and two irises, where no packet of this tablet says better. */
const USUAL_PACKET_BYTES = 2_000_000;

/** More than this nobody needs to know exactly. */
const PLENTY_BYTES = 1_000_000_000;
const GIB = 2 ** 30;

export interface Room {
  /** Bytes. */
  used: number;
  /** Bytes; where {@link atLeast}, it may be more. */
  left: number;
  atLeast: boolean;
  /** Roughly how many more recordings there is room for. */
  recordings: number;
  /** `full`: no new recording is begun; drafts and sending go on. */
  state: "ample" | "scarce" | "full";
}

/** How much room there is; null until that is known and where the browser does not tell. */
export function useRoom(): Room | null {
  const { packets, unsaved } = useStation();
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    if (!packets) return;
    let current = true;
    const look = async () => {
      // Trying takes room for a moment: nothing may be on its way to the disk then.
      await unsaved.flush();
      const found = await measure(packets);
      if (current) setRoom(found);
    };
    look().catch(() => undefined);
    return () => {
      current = false;
    };
    // Progress of sending changes nothing that is worth a look.
  }, [packets?.length, unsaved]);
  return room;
}

async function measure(packets: Packet[]): Promise<Room | null> {
  const { usage: used = 0, quota } = await navigator.storage.estimate();
  if (quota === undefined) return null;
  const told = Math.max(0, quota - used);
  // Chromium says usage and 10 GiB, or the size of a smaller disk in whole GiB, whatever is really left.
  const tried = told > 0 && told % GIB === 0 ? await tryRoom() : null;
  const left = tried ?? told;
  const bytes = packets.reduce((sum, { length }) => sum + length, 0);
  const mean = bytes > 0 ? bytes / packets.length : USUAL_PACKET_BYTES;
  const state = left < FULL_BYTES ? "full" : left < SCARCE_BYTES ? "scarce" : "ample";
  return { used, left, atLeast: tried !== null, recordings: roundDown(left / mean), state };
}

/** How many bytes there are at least: a file is grown without anything written into it, and given up. Null without OPFS. */
async function tryRoom(): Promise<number | null> {
  const name = "room";
  let fits = 0;
  try {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(name, { create: true });
    const writable = await file.createWritable();
    try {
      for (const bytes of [FULL_BYTES, SCARCE_BYTES, PLENTY_BYTES]) {
        await writable.truncate(bytes);
        fits = bytes;
      }
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "QuotaExceededError")) return null;
    } finally {
      await writable.abort().catch(() => undefined);
      await folder.removeEntry(name).catch(() => undefined);
    }
  } catch {
    return null;
  }
  return fits;
}

/** To two digits: it is an estimate, and should read like one. */
function roundDown(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.floor(count / unit) * unit;
}

/** What the browser has said in this page, or is being asked. */
let answer: Promise<boolean> | null = null;

/** Asks the browser never to erase what is stored when the disk runs full. Some ask the clerk, so nothing waits for it. */
export function askForPersistence(): void {
  if (navigator.storage?.persist) answer = navigator.storage.persist();
}

/** Whether the browser agreed, null until that is known and where it cannot say; and a way to ask again. */
export function usePersistence(): [persisted: boolean | null, ask: () => void] {
  const [persisted, setPersisted] = useState<boolean | null>(null);
  const look = useCallback(async () => {
    answer ??= navigator.storage.persisted();
    setPersisted(await answer);
  }, []);
  useEffect(() => void look().catch(() => undefined), [look]);
  const ask = useCallback(() => {
    askForPersistence();
    look().catch(() => undefined);
  }, [look]);
  return [persisted, ask];
}
