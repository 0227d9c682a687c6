import { expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatShort,
  formatValue,
} from './format.ts';

it('writes counts', () => {
  expect(formatCount(269722)).toBe('269,722');
  expect(formatShort(40_813_184)).toBe('40.8 M');
  expect(formatShort(999)).toBe('999');
});

it('writes bytes', () => {
  expect(formatBytes(640)).toBe('640 B');
  expect(formatBytes(143_646_105)).toBe('144 MB');
});

it('writes durations', () => {
  expect(formatDuration(340)).toBe('340 ms');
  expect(formatDuration(45_000)).toBe('45 s');
  expect(formatDuration(73_120)).toBe('73 s');
  expect(formatDuration(7620)).toBe('7.6 s');
  expect(formatDuration(12 * 60_000)).toBe('12 min');
  expect(formatDuration(3.4 * 3_600_000)).toBe('3.4 h');
  expect(formatDuration(5 * 86_400_000)).toBe('5 days');
});

it('writes values and shares', () => {
  expect(formatValue(2.3012)).toBe('2.3');
  expect(formatValue(0.00042)).toBe('4.2×10⁻⁴');
  expect([2e10, 3 * 1e-4, 1.04e10].map(formatValue)).toEqual(['2×10¹⁰', '3×10⁻⁴', '1.0×10¹⁰']);
  expect(formatValue(Number.NaN)).toBe('not a number');
  expect(formatPercent(0.7431)).toBe('74.3 %');
});
