import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { accuracyOfSeeds, bySeed, lossOfSeeds, meanCurve, seedsName, summaryOf } from './seeds.ts';
import { historyOf } from './testing/history.ts';
import type { Curve } from './series.ts';

const run = (seed: number, markers: { step: number; label: string }[] = []) => ({
  config: completeConfig({ version: 1, training: { seed } }),
  ...{ markers, weightsFrom: null },
});
const grouped = (runs: ReturnType<typeof run>[]) => bySeed(runs, (one) => one);

it('groups runs that differ in their seeds alone', () => {
  const [a, b, again] = [run(0), run(1), run(1)];
  const plain = { ...a, config: withoutShortcuts(a.config) };
  expect(grouped([a, plain, b, again])).toEqual([[a, b], [plain], [again]]);
  expect(seedsName('ResNet-20, seed 1', 3)).toBe('ResNet-20, 3 seeds');
});

it('keeps apart what was trained otherwise, or began with other weights', () => {
  const [a, b] = [run(0), run(1)];
  const cut = run(2, [{ step: 400, label: 'shortcuts on' }]);
  const loaded = { ...run(3), weightsFrom: 'net.safetensors' };
  expect(
    bySeed<Omit<typeof a, 'weightsFrom'> & { weightsFrom: string | null }>(
      [a, cut, loaded, b],
      (one) => one,
    ),
  ).toEqual([[a, b], [cut], [loaded]]);
});

it('groups a run that was resumed with one that never stopped', () => {
  const cut = { step: 300, label: 'shortcuts off' };
  const [a, b] = [run(0, [cut, { step: 400, label: 'resumed' }]), run(1, [cut])];
  expect(grouped([a, b])).toEqual([[a, b]]);
});

it('compares seeds at the last step that all have done', () => {
  const [short, long] = [historyOf({ loss: [4, 2] }), historyOf({ loss: [5, 3, 1] })];
  expect(lossOfSeeds([short, long])).toEqual({ step: 2, mean: 2.5, deviation: Math.SQRT1_2 });
  expect(lossOfSeeds([short, historyOf({ loss: [] })])).toBeNull();
  expect(accuracyOfSeeds([short, long])).toBeNull();
  for (const [history, accuracy] of [
    [short, 0.5],
    [long, 0.75],
  ] as const) {
    history.evaluated({ step: 1, loss: 1, accuracy });
  }
  long.evaluated({ step: 2, loss: 1, accuracy: 1 });
  expect(accuracyOfSeeds([short, long])).toMatchObject({ step: 1, mean: 0.625 });
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
