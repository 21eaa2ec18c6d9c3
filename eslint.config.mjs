// @ts-check
import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { PROJECTS } from "./tools/lib/projects.mjs";

export default defineConfig(
  {
    ignores: [
      "target",
      "target-wasm",
      ".tools",
      ".data",
      "www/lib/pkg",
      "www/lib/dist",
      "www/app/dist",
      "test-results",
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // A rejected promise that nobody awaits is a lost error: the rule that pays for the typed linter.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // The typed rules know `undefined` variables better.
      "no-undef": "off",
      // Callbacks out of a context or an event are plain functions here.
      "@typescript-eslint/unbound-method": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "off",
    },
  },
  {
    // What `describe` and `test` return is awaited by the runner itself.
    files: ["tests/**/*.mjs"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["describe", "test"] }] },
      ],
    },
  },
  {
    // Said aloud on a page: nothing. Errors have codes, and what the clerk must know has a place on the screen.
    files: ["www/**/*.{ts,tsx}"],
    rules: { "no-console": "error" },
  },
);
