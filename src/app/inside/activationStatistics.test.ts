import { expect, it } from 'vitest';
import { robustExtent, summarise } from './activationStatistics.ts';

it('summarises', () => {
  const { mean, deviation, smallest, largest, zeros } = summarise(Float32Array.of(0, 0, 1, -3));
  expect([mean, smallest, largest, zeros]).toEqual([-0.5, -3, 1, 0.5]);
  expect(deviation).toBeCloseTo(1.5);
});

it('leaves outliers out of the scale', () => {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => (i < 5 ? 100 : (i % 100) / 100));
  const extent = robustExtent([values]);
  expect(extent).toBeGreaterThanOrEqual(0.99);
  expect(extent).toBeLessThan(1.2);
  expect(robustExtent([new Float32Array(4)])).toBe(0);
  expect(robustExtent([Float32Array.of(-2), Float32Array.of(1)])).toBeCloseTo(2);
});
