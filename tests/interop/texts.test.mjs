// @ts-check
// Every code that a clerk can meet has a sentence in both languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/lib/root.mjs";
import { en } from "../../www/lib/dist/texts/en.js";
import { id } from "../../www/lib/dist/texts/id.js";

const read = (/** @type {string} */ path) => readFileSync(join(ROOT, path), "utf8");
const errors = read("tests/codes.txt").trim().split("\n");
const findings = [...read("src/validate/finding.rs").matchAll(/^ {4}\w+ = "(\w+)",/gm)].map(([, code]) => String(code));

test("has a sentence for every finding and every error, in Indonesian and English", () => {
  assert.ok(findings.length > 30 && errors.length > 30, "the lists are read");
  for (const code of [...findings, ...errors]) {
    assert.ok(code in id, `Indonesian lacks ${code}`);
    assert.ok(code in en, `English lacks ${code}`);
  }
});

test("has the same sentences in both languages, none of them empty", () => {
  assert.deepEqual(Object.keys(id).sort(), Object.keys(en).sort());
  for (const texts of [id, en]) {
    const sentences = Object.values(texts);
    assert.ok(sentences.every((sentence) => sentence.trim().length > 0));
  }
});
