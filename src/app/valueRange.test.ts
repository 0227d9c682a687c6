import { expect, it } from 'vitest';
import type { Curve } from './series.ts';
import { valueRange } from './valueRange.ts';

/** A hundred points at 1 … 2, each with extremes 0.5 around it. */
const points = Array.from({ length: 100 }, (_, i) => {
  const smoothed = 1 + i / 99;
  const extremes = { min: smoothed - 0.5, max: smoothed + 0.5 };
  return { x: i, smoothed, mean: smoothed, ...extremes, steps: 10 };
});
const spiky: Curve = {
  points: points.map((point, i) => (i === 50 ? { ...point, max: 80 } : point)),
  tests: [{ x: 5, step: 5, value: 900 }],
};

it('reaches over everything', () => {
  expect(valueRange([spiky], false)).toEqual([0.5, 900]);
});

it('ignores single extremes, and tests far above training', () => {
  const [low, high] = valueRange([spiky], true) ?? [];
  expect(low).toBeCloseTo(0.52, 2);
  expect(high).toBeGreaterThan(4.9);
  expect(high).toBeLessThan(5);
});

it('never cuts the smoothed line', () => {
  const risen: Curve = {
    points: [...points.slice(1), { ...points[0], smoothed: 7 }] as never,
    tests: [],
  };
  expect(valueRange([risen], true)?.[1]).toBe(7);
});

it('is there for tests alone, and not for nothing', () => {
  expect(valueRange([{ points: [], tests: [{ x: 0, step: 0, value: 3 }] }], true)).toEqual([3, 3]);
  expect(valueRange([], true)).toBeNull();
});
