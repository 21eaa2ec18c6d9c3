// @ts-check
/** @typedef {import("@playwright/test/reporter").Reporter} Reporter */

/**
 * Tells a Playwright run step by step: a line for each `test.step` of a test, with the time that it took.
 * @implements {Reporter}
 */
export default class StepsReporter {
  #count = 0;

  printsToStdio() {
    return true;
  }

  /** @param {import("@playwright/test/reporter").TestCase} test */
  onTestBegin(test) {
    console.log(test.title.replace(/ *@\S+/g, ""));
  }

  /**
   * @param {import("@playwright/test/reporter").TestCase} _test
   * @param {import("@playwright/test/reporter").TestResult} _result
   * @param {import("@playwright/test/reporter").TestStep} step
   */
  onStepEnd(_test, _result, step) {
    // Steps within a step are detail; hooks and single clicks are of other categories.
    if (step.category !== "test.step" || step.parent?.category === "test.step") return;
    this.#count += 1;
    console.log(`${step.error ? "✗" : "✓"} ${step.title} (${(step.duration / 1000).toFixed(1)} s)`);
  }

  /** @param {import("@playwright/test/reporter").TestError} error */
  onError(error) {
    console.error(error.message ?? error.value);
  }

  /**
   * @param {import("@playwright/test/reporter").TestCase} _test
   * @param {import("@playwright/test/reporter").TestResult} result
   */
  onTestEnd(_test, result) {
    for (const error of result.errors) console.error(error.stack ?? error.message ?? error.value);
  }

  /** @param {import("@playwright/test/reporter").FullResult} result */
  onEnd({ status, duration }) {
    const shown = this.#count > 0 && status === "passed";
    console.log(
      `demo: ${shown ? "all steps done" : `FAILED: ${status}, ${this.#count} steps`} (${(duration / 1000).toFixed(1)} s)`,
    );
    // A demonstration of nothing is no success.
    return Promise.resolve({ status: shown ? status : /** @type {const} */ ("failed") });
  }
}
