import { describe, expect, it } from 'vitest';
import { mixupWeight } from './mixup.ts';

const DRAWS = 20_000;
const drawn = (alpha: number) =>
  Float64Array.from({ length: DRAWS }, (_, step) => mixupWeight(7, step, alpha)).sort();

/** Distribution functions of Beta(α, α) that have a closed form. */
const DISTRIBUTIONS: readonly (readonly [number, (x: number) => number])[] = [
  [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
  [1, (x) => x],
  [2, (x) => x * x * (3 - 2 * x)],
  [3, (x) => x ** 3 * (10 - 15 * x + 6 * x * x)],
];

describe('mixupWeight', () => {
  it.each(DISTRIBUTIONS)('follows Beta(%d, %d)', (alpha, distribution) => {
    const worst = drawn(alpha).reduce((most, weight, i) => {
      const below = distribution(weight);
      return Math.max(most, Math.abs(below - i / DRAWS), Math.abs(below - (i + 1) / DRAWS));
    }, 0);
    // Kolmogorov and Smirnov: larger in one of ten thousand samples.
    expect(worst * Math.sqrt(DRAWS)).toBeLessThan(2.23);
  });

  it.each([0.01, 0.2, 0.4, 0.8, 10])(
    'has the mean and the variance of Beta(α, α) at α = %d',
    (alpha) => {
      const weights = drawn(alpha);
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / DRAWS;
      const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / DRAWS;
      const wanted = 1 / (8 * alpha + 4);
      expect(weights[0]).toBeGreaterThanOrEqual(0);
      expect(weights.at(-1)).toBeLessThanOrEqual(1);
      expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(wanted / DRAWS));
      expect(variance / wanted).toBeCloseTo(1, 1);
    },
  );

  it('gives these bits, which train.py repeats', () => {
    expect([0.2, 1, 4].map((alpha) => mixupWeight(3, 5, alpha))).toEqual([
      0.026859652251005173, 0.17475272715091705, 0.3171708881855011,
    ]);
  });
});
