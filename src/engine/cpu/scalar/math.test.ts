import { expect, it } from 'vitest';
import { exp, log } from './math.ts';

const SAMPLES = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000);

it('gives the exponential', () => {
  for (const sample of SAMPLES) {
    for (const x of [sample, 30 * sample, 600 * sample]) {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2 ** -50);
    }
  }
  expect(exp(0)).toBe(1);
  expect(exp(-1000)).toBe(0);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(1000)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.NaN)).toBeNaN();
});

it('gives the logarithm', () => {
  for (const sample of SAMPLES) {
    for (const x of [1.001 + sample, Math.exp(40 * sample), Math.exp(600 * sample)]) {
      const error = Math.abs(log(x) - Math.log(x));
      expect(error).toBeLessThanOrEqual(2 ** -50 * Math.abs(Math.log(x)) + 2 ** -60);
    }
  }
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NaN)).toBeNaN();
  expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
