// @ts-check
/** IndexedDB with `durability: "strict"`: what a careful app can ask of the database alone. */
import { rawStore } from "./indexeddb-raw.mjs";

export const store = rawStore("powercut", "strict");
