// @ts-check
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./root.mjs";

/** @param {string} path a file or a folder @returns {string[]} */
function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { withFileTypes: true })
    .filter((entry) => !["node_modules", "dist", "target"].includes(entry.name))
    .flatMap((entry) => filesUnder(join(path, entry.name)))
    .sort();
}

/** A hash over names and contents: times change with every checkout. @param {string[]} inputs files and folders */
function hashOf(inputs) {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap(filesUnder))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  return hash.digest("hex");
}

/** Remembers what a stage was last built from. */
export class Stamp {
  #file;
  #hash;
  #outputs;

  /** @param {string} stage @param {{ inputs: string[], outputs: string[] }} paths */
  constructor(stage, { inputs, outputs }) {
    this.#file = join(ROOT, ".tools/stamps", stage);
    this.#hash = hashOf(inputs);
    this.#outputs = outputs;
  }

  /** Whether the stage was built from just these inputs and its outputs are still there. */
  get fresh() {
    return (
      this.#outputs.every((path) => existsSync(join(ROOT, path))) &&
      existsSync(this.#file) &&
      readFileSync(this.#file, "utf8") === this.#hash
    );
  }

  /** To be called when the stage succeeded. */
  save() {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, this.#hash);
  }
}
