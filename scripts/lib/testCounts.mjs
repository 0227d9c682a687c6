/** How many tests passed and failed, from the runners' JSON reports. A skipped test did not pass: it counts as failed. */

/** @param json of vitest's json reporter */
export function vitestCounts(json) {
  const report = JSON.parse(json);
  const passed = number(report.numPassedTests);
  return { passed, failed: number(report.numTotalTests) - passed };
}

/** @param json of Playwright's json reporter */
export function playwrightCounts(json) {
  const { stats } = JSON.parse(json);
  const failed = number(stats.unexpected) + number(stats.flaky) + number(stats.skipped);
  return { passed: number(stats.expected), failed };
}

function number(value) {
  if (!Number.isInteger(value)) throw new Error(`the report has no count: ${value}`);
  return value;
}
