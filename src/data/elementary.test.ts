import { expect, it } from 'vitest';
import { atan2, cos, exp, log, sin } from './elementary.ts';

const SAMPLES = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 1000);
/** `Math`'s own functions may be off by a unit in the last place, too. */
const CLOSE = 2 ** -50;

it('gives the exponential', () => {
  for (const sample of SAMPLES) {
    for (const x of [sample, 30 * sample, 600 * sample]) {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(CLOSE);
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
      expect(error).toBeLessThanOrEqual(CLOSE * Math.abs(Math.log(x)) + 2 ** -60);
    }
  }
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NaN)).toBeNaN();
  expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});

it.each([
  ['sine', sin, Math.sin],
  ['cosine', cos, Math.cos],
] as const)('gives the %s', (_, own, wanted) => {
  for (const sample of SAMPLES) {
    for (const x of [sample, 7 * sample, 100 * sample, (Math.PI / 2) * Math.round(40 * sample)]) {
      const error = Math.abs(own(x) - wanted(x));
      expect(error).toBeLessThanOrEqual(2 ** -52 * Math.abs(wanted(x)) + 2 ** -60 * Math.abs(x));
    }
  }
  expect([cos(0), sin(0), cos(Math.PI), sin(Math.PI / 2)]).toEqual([1, 0, -1, 1]);
});

it('gives the angle of a point', () => {
  for (const a of SAMPLES.filter((_, i) => i % 40 === 0)) {
    for (const b of [-3, -1, -0.4, -1e-9, 0, 1e-3, 0.41421356, 0.5, 1, 2]) {
      const error = Math.abs(atan2(a, b) - Math.atan2(a, b));
      expect(error).toBeLessThanOrEqual(2 ** -51 * Math.abs(Math.atan2(a, b)));
    }
  }
  expect(atan2(0, 0)).toBe(0);
});

it('pins its values to the bit', () => {
  expect([exp(0.3), log(0.3), sin(2.5), cos(2.5), atan2(0.7, -1.1)]).toEqual([
    1.3498588075760032, -1.2039728043259361, 0.5984721441039564, -0.8011436155469337,
    2.5748634360662868,
  ]);
});
