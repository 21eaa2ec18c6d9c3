import { useRef } from "preact/hooks";
import type { Packet } from "rekam";

const waits = ({ state }: Packet) => state === "stored" || state === "sending";

/**
 * The packets that waited together since the queue was empty last, those that are through among them: what a bar can
 * show without going back.
 */
export function useQueue(packets: Packet[] | null): Packet[] {
  const members = useRef(new Set<string>());
  const waiting = packets?.filter(waits) ?? [];
  if (waiting.length === 0) members.current.clear();
  for (const { pid } of waiting) members.current.add(pid);
  return packets?.filter(({ pid, state }) => state !== "refused" && members.current.has(pid)) ?? [];
}
