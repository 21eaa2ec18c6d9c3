import { useCallback, useEffect, useState } from "preact/hooks";
import type { Packet } from "rekam";

/** Two weeks of a busy office at 2 MB a recording and 8 a day: time to reach a network, or a person who can help. */
const SCARCE_BYTES = 200_000_000;
/** A begun recording with all its captures fits in four times over: what is open can still be sealed, kept and sent. */
const FULL_BYTES = 20_000_000;
/** A photo, a signature, ten fingers and two irises, where no packet of this tablet says better. */
const USUAL_PACKET_BYTES = 2_000_000;

export interface Room {
  /** Bytes. */
  used: number;
  /** Bytes. */
  left: number;
  /** Roughly how many more recordings there is room for. */
  recordings: number;
  /** `full`: no new recording is begun; drafts and sending go on. */
  state: "ample" | "scarce" | "full";
}

/** How much room there is; null until that is known and where the browser does not tell. */
export function useRoom(packets: Packet[] | null): Room | null {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    let current = true;
    const look = async () => {
      const { usage = 0, quota } = await navigator.storage.estimate();
      if (current && quota !== undefined) setRoom(roomOf(usage, quota, packets ?? []));
    };
    look().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [packets]);
  return room;
}

function roomOf(used: number, quota: number, packets: Packet[]): Room {
  const left = Math.max(0, quota - used);
  const bytes = packets.reduce((sum, { length }) => sum + length, 0);
  const mean = bytes > 0 ? bytes / packets.length : USUAL_PACKET_BYTES;
  const state = left < FULL_BYTES ? "full" : left < SCARCE_BYTES ? "scarce" : "ample";
  return { used, left, recordings: roundDown(left / mean), state };
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
