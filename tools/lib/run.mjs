// @ts-check
import { spawn } from "node:child_process";
import { ROOT } from "./root.mjs";

/**
 * Runs a program at the root of the repository. What it prints is passed through, and also returned where `capture` is set.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, capture?: boolean, quiet?: boolean }} [options] `quiet`: captured, not passed through
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { env = process.env, capture = false, quiet = false } = {}) {
  const piped = capture || quiet;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env,
      stdio: ["ignore", piped ? "pipe" : "inherit", piped ? "pipe" : "inherit"],
    });
    let output = "";
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      from?.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
        output += text;
        if (!quiet) to.write(text);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Like `run`, and throws where the program fails. @param {Parameters<typeof run>} call */
export async function must(...call) {
  const result = await run(...call);
  if (result.code !== 0) throw new Failure(`${call[0]} ended with ${result.code}`, result.output);
  return result;
}

/** A step that did not succeed and has said why. */
export class Failure extends Error {
  /** @param {string} message @param {string} [output] what the step printed, where it was not passed through */
  constructor(message, output = "") {
    super(message);
    this.name = "Failure";
    this.output = output;
  }
}

/** @param {number} from as of `performance.now()` */
export function seconds(from) {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

/** Ends the process with 1 and one line; the whole story where it is not a failure that was foreseen. @param {unknown} error */
export function fail(error) {
  console.error(error instanceof Failure ? `failed: ${error.message}` : error);
  process.exitCode = 1;
}
