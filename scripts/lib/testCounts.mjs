/**
 * How many tests passed, failed and were skipped, from the runners' reports. A test may be skipped only for want of an
 * optional tool, and says which: every other skipped test counts as failed.
 */

/** What tests may go without: a reason tells by which variable the tool can be named. */
const NAMES_OPTIONAL_TOOL = /\bPYTHON\b/;

/** @param json of countsReporter.mjs */
export function vitestCounts(json) {
  const { passed, failed, skipped } = JSON.parse(json);
  const allowed = skipped.filter(({ reason }) => NAMES_OPTIONAL_TOOL.test(reason));
  const others = skipped.length - allowed.length;
  return { passed: count(passed), failed: count(failed) + others, skipped: allowed };
}

/** @param json of Playwright's json reporter */
export function playwrightCounts(json) {
  const { stats } = JSON.parse(json);
  const failed = count(stats.unexpected) + count(stats.flaky) + count(stats.skipped);
  return { passed: count(stats.expected), failed, skipped: [] };
}

function count(value) {
  if (!Number.isInteger(value)) throw new Error(`the report has no count: ${value}`);
  return value;
}
