// @ts-check
/** The TypeScript projects: page, workers and tools know different globals, so each has one of its own. */
export const PROJECTS = [
  "tsconfig.json",
  "www/lib/tsconfig.json",
  "www/lib/tsconfig.workers.json",
  "www/app/tsconfig.json",
  "www/app/tsconfig.node.json",
  "www/app/tsconfig.sw.json",
  "tests/tsconfig.json",
];
