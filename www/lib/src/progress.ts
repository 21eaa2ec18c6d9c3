// How far the sending is, told honestly: bytes that the registry has acknowledged, and the pace that was measured.
import type { Packet } from "./types.js";

/** How far one packet or many are. */
export interface Progress {
  /** Bytes of ciphertext in all. */
  length: number;
  /** Bytes that the registry has acknowledged. */
  sent: number;
  /** 0 to 100, rounded down: 100 only when every packet has its receipt. */
  percent: number;
  /** Seconds until the rest is through at the measured pace; null where no pace is known. */
  secondsLeft: number | null;
}

/**
 * How far packets are.
 *
 * @param rate - Bytes per second, {@link LinkFacts.rate}.
 */
export function progressOf(packets: readonly Packet[], rate: number): Progress {
  let length = 0;
  let sent = 0;
  let isDone = true;
  for (const packet of packets) {
    const done = packet.state === "receipted" || packet.state === "purged";
    length += packet.length;
    sent += done ? packet.length : packet.sent;
    isDone &&= done;
  }
  const percent = isDone ? 100 : Math.min(99, Math.floor((sent / Math.max(1, length)) * 100));
  return { length, sent, percent, secondsLeft: rate > 0 ? Math.ceil((length - sent) / rate) : null };
}
