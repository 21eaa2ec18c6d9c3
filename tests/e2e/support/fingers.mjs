// @ts-check

/** The ten fingers, in the order of the archive. */
export const FINGERS = ["right", "left"].flatMap((hand) =>
  ["thumb", "index", "middle", "ring", "little"].map((finger) => `${hand}_${finger}`),
);
