import { expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './testCounts.mjs';

it('lists vitest’s tests skipped for want of a tool, and counts all others skipped as failed', () => {
  const missing = { name: 'loads into PyTorch', reason: 'No torch was found. PYTHON names one.' };
  const silent = { name: 'is not ready', reason: '' };
  const report = { passed: 7, failed: 1, skipped: [missing, silent] };
  expect(vitestCounts(JSON.stringify(report))).toEqual({
    passed: 7,
    failed: 2,
    skipped: [missing],
  });
});

it('counts Playwright’s flaky and skipped tests as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  const counts = playwrightCounts(JSON.stringify({ stats }));
  expect(counts).toEqual({ passed: 5, failed: 4, skipped: [] });
});

it('refuses a report without counts', () => {
  expect(() => vitestCounts('{"skipped":[]}')).toThrow('no count');
});
