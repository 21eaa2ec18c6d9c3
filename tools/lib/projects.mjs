// @ts-check
/** The TypeScript projects: pages, the service worker and tools know different globals. */
export const PROJECTS = [
  "tsconfig.json",
  "www/lib/tsconfig.json",
  "www/app/tsconfig.json",
  "www/app/tsconfig.node.json",
  "www/app/tsconfig.sw.json",
  "tests/tsconfig.json",
];
