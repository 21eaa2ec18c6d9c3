// @ts-check
/**
 * `npm run faults -- --rounds 1000 --seed 6`: sends queues of packets through a network that misbehaves, from stations with
 * the real core to the real registry, and checks what arrived. `--only 17` repeats the round of that number.
 */
import { build } from "../../tools/build.mjs";
import { fail, must } from "../../tools/lib/run.mjs";

const REGISTRY = "target/release/registry";

try {
  await build(["registry", "field"]);
  await must("target/debug/field", ["faults", "--registry", REGISTRY, ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
