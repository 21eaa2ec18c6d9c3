import type { Slot } from "rekam";

export interface Assignment {
  placed: Map<Slot, File>;
  /** Files for which there is no place. */
  left: File[];
}

const SIDES: [side: string, words: RegExp][] = [
  ["right", /\b(right|kanan|r|ka)\b/],
  ["left", /\b(left|kiri|l|ki)\b/],
];
const PARTS: [part: string, words: RegExp][] = [
  ["iris", /\b(iris|irises|eye|mata)\b/],
  ["thumb", /\b(thumb|jempol|ibu jari|ibujari|ibu)\b/],
  ["index", /\b(index|telunjuk)\b/],
  ["middle", /\b(middle|tengah)\b/],
  ["ring", /\b(ring|manis)\b/],
  ["little", /\b(little|pinky|kelingking)\b/],
];

/**
 * Gives each file its slot: by its name (`right_thumb.jp2`, `kanan-jempol.wsq`, `iris_left.png`), wherever that slot
 * is; files whose names say nothing take the free ones of `slots` in order. A second file of the same name is left: no
 * finger is ever filed as another.
 */
export function assignFiles(files: File[], slots: Slot[], filled: ReadonlySet<Slot>): Assignment {
  const placed = new Map<Slot, File>();
  const nameless: File[] = [];
  const left: File[] = [];
  for (const file of files) {
    const slot = slotOf(file.name, slots);
    if (!slot) nameless.push(file);
    else if (placed.has(slot)) left.push(file);
    else placed.set(slot, file);
  }
  const free = slots.filter((slot) => !placed.has(slot) && !filled.has(slot));
  for (const file of nameless) {
    const slot = free.shift();
    if (slot) placed.set(slot, file);
    else left.push(file);
  }
  return { placed, left };
}

/** The slot that a file name tells, if it tells one. */
export function slotOf(name: string, slots: Slot[]): Slot | null {
  const words = name
    .replace(/\.[^.]*$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^a-z]+/g, " ");
  const side = SIDES.find(([, pattern]) => pattern.test(words))?.[0];
  const part = PARTS.find(([, pattern]) => pattern.test(words))?.[0];
  if (!side) return null;
  if (part === "iris") return `iris_${side}` as Slot;
  if (part) return `finger_${side}_${part}` as Slot;
  // "left.png" is enough among irises.
  return slots.every((slot) => slot.startsWith("iris_")) ? (`iris_${side}` as Slot) : null;
}
