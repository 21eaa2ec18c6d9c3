// @ts-check
/** `npm run demo`: one applicant from the form to the opened archive, headless, against the real registry; a line for each step. */
import { build } from "./build.mjs";
import { fail, must } from "./lib/run.mjs";
import { nativeEnv } from "./lib/toolchain.mjs";

try {
  await must("bash", ["tools/setup.sh", "--chromium"]);
  await build();
  // The demonstration is the end-to-end test itself, told step by step: so it cannot show what is not tested.
  await must("playwright", ["test", "--grep", "@demo", "--reporter", "tools/lib/steps-reporter.mjs"], {
    env: nativeEnv(),
  });
} catch (error) {
  fail(error);
}
