import { expect, test } from 'vitest';
import { formatAge } from './age.ts';

test.each([
  [-5000, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 min ago'],
  [3 * 60_000 + 1, '3 min ago'],
  [3_600_000, '1 h ago'],
  [86_400_000, '1 day ago'],
  [3 * 86_400_000, '3 days ago'],
])('%i ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
