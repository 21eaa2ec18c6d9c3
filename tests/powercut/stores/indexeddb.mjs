// @ts-check
/** IndexedDB as one finds it, with the durability that is the default. */
import { rawStore } from "./indexeddb-raw.mjs";

export const store = rawStore("powercut", undefined);
