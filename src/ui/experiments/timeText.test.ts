import { expect, it } from 'vitest';
import { timeText } from './timeText.ts';

const range = (lowMs: number, highMs: number, isMeasured = false) =>
  timeText({ lowMs, highMs, isMeasured });

it('writes times no finer than they are known', () => {
  expect(range(1000, 4000)).toBe('under 5 s');
  expect(range(10_000, 40_000)).toBe('10–40 s');
  expect(range(80_000, 320_000)).toBe('1–5 min');
  expect(range(25.5e6, 102e6)).toBe('7–28 h');
  expect(range(86_400_000 * 1810, 86_400_000 * 7242)).toBe('5–20 years');
  expect(range(51_000, 72_000, true)).toBe('about 62 s');
  expect(range(3_600_000, 3_700_000)).toBe('60–62 min');
});
