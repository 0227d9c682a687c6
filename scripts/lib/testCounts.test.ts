import { expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './testCounts.mjs';

it('counts vitest’s skipped and pending tests as failed', () => {
  const report = { numTotalTests: 10, numPassedTests: 7, numFailedTests: 1, numPendingTests: 2 };
  expect(vitestCounts(JSON.stringify(report))).toEqual({ passed: 7, failed: 3 });
});

it('counts Playwright’s flaky and skipped tests as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(playwrightCounts(JSON.stringify({ stats }))).toEqual({ passed: 5, failed: 4 });
});

it('refuses a report without counts', () => {
  expect(() => vitestCounts('{}')).toThrow('no count');
});
