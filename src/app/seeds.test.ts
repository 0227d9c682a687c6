import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { bySeed, meanCurve, seedsName, summaryOf } from './seeds.ts';
import type { Curve } from './series.ts';

const run = (seed: number) => ({ config: completeConfig({ version: 1, training: { seed } }) });

it('groups runs that differ in their seeds alone', () => {
  const [a, b, again] = [run(0), run(1), run(1)];
  const plain = { config: withoutShortcuts(a.config) };
  expect(bySeed([a, plain, b, again])).toEqual([[a, b], [plain], [again]]);
  expect(seedsName('ResNet-20, seed 1', 3)).toBe('ResNet-20, 3 seeds');
});

it('takes the sample’s deviation', () => {
  expect(summaryOf([1, 2, 3, 4])).toEqual({ mean: 2.5, deviation: Math.sqrt(5 / 3) });
  expect(summaryOf([7])).toEqual({ mean: 7, deviation: 0 });
});

it('averages curves where all of them have a point', () => {
  const curve = (values: readonly number[], test: number): Curve => ({
    points: values.map((smoothed, x) => ({
      ...{ x, smoothed, mean: smoothed, min: 0, max: 9, steps: 1 },
    })),
    tests: [{ x: 1, step: 1, value: test }],
  });
  const { points, tests } = meanCurve([curve([1, 2, 3], 10), curve([3, 4], 20)]);
  expect(points.map(({ x, smoothed }) => [x, smoothed])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(points[0]).toMatchObject({ min: 2 - Math.SQRT2, max: 2 + Math.SQRT2 });
  expect(tests).toEqual([{ x: 1, step: 1, value: 15 }]);
});
