import { expect, it } from 'vitest';
import type { Curve } from './series.ts';
import { valueRange } from './valueRange.ts';

const ROBUST = { isRobust: true, spread: [] };

/** A line of a hundred points with extremes 0.5 around it. */
const line = (at: (x: number) => number, tests: Curve['tests'] = []): Curve => ({
  points: Array.from({ length: 100 }, (_, x) => {
    const smoothed = at(x);
    return { x, smoothed, mean: smoothed, min: smoothed - 0.5, max: smoothed + 0.5, steps: 10 };
  }),
  tests,
});

/** A loss that falls from 8 to 2.1 in five steps and on to 1.6. */
const fallen = (x: number) => (x < 5 ? 8 - x : 2.1 - 0.005 * x);

it('reaches over everything where it is to', () => {
  const tests = [{ x: 5, step: 5, value: 900 }];
  const [low, high] = [line(() => 1, tests), line(() => 3)];
  const range = (spread: readonly Curve[]) => valueRange([low, high], { isRobust: false, spread });
  expect(range([low])).toEqual([0.5, 900]);
  expect(range([high])).toEqual([1, 900]);
  expect(range([])).toEqual([1, 900]);
});

it('fits the lines, whatever the first steps and tests were', () => {
  const tests = [
    { x: 5, step: 5, value: 900 },
    { x: 90, step: 90, value: 1.7 },
  ];
  const [low, high] = valueRange([line(fallen, tests)], ROBUST) ?? [];
  expect(low).toBeCloseTo(1.605, 6);
  // From 2.05, at a tenth of the axis, a third of the lines' range further.
  expect(high).toBeCloseTo(2.05 + 0.35 * (2.05 - 1.605), 6);
});

it('covers a line that rises late', () => {
  expect(valueRange([line((x) => (x === 99 ? 7 : 2))], ROBUST)).toEqual([2, 7]);
});

it('covers short lines wholly', () => {
  const short = { points: line(fallen).points.slice(0, 15), tests: [] };
  expect(valueRange([short], ROBUST)?.[1]).toBe(8);
});

it('covers the middle of the extremes where they are drawn', () => {
  const { points } = line(() => 2);
  const spiky = { points: points.map((p, x) => (x === 50 ? { ...p, max: 80 } : p)), tests: [] };
  expect(valueRange([spiky], { isRobust: true, spread: [spiky] })).toEqual([1.5, 2.5]);
  expect(valueRange([spiky, line(() => 2)], ROBUST)).toEqual([2, 2]);
});

it('is there for tests alone, and not for nothing', () => {
  expect(valueRange([{ points: [], tests: [{ x: 0, step: 0, value: 3 }] }], ROBUST)).toEqual([
    3, 3,
  ]);
  expect(valueRange([], ROBUST)).toBeNull();
});
