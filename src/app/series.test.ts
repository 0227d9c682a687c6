import { expect, it } from 'vitest';
import { curveOf, thinOut } from './series.ts';
import { historyOf, placed } from './testing/history.ts';
import { X_AXES } from './xAxis.ts';

const options = {
  axis: X_AXES.step,
  range: { from: 0, to: 3 },
  ...{ logX: false, log: false, smoothing: 0, unit: 1, maxPoints: 100 },
};

it('draws training and tests of a run in their unit', () => {
  const history = historyOf({ loss: [2, 1], accuracy: [0.25, 0.5] });
  history.evaluated({ step: 1, loss: 3, accuracy: 0.125 });
  const { points, tests } = curveOf(placed(history), 'accuracy', { ...options, unit: 100 });
  expect(points.map(({ x, smoothed }) => [x, smoothed])).toEqual([
    [0, 25],
    [1, 50],
  ]);
  expect(tests).toEqual([{ x: 1, step: 1, value: 12.5 }]);
});

it('leaves out what has no place: values without a logarithm, tests outside of the part shown', () => {
  const history = historyOf({ loss: [2, 0, 1, 1] });
  history.evaluated({ step: 1, loss: 0, accuracy: 1 });
  history.evaluated({ step: 4, loss: 3, accuracy: 1 });
  const { points, tests } = curveOf(placed(history), 'loss', { ...options, log: true });
  expect(points.map(({ x }) => x)).toEqual([0, 2, 3]);
  expect(tests).toEqual([]);
});

it('smooths before it thins out: lines of more or fewer points agree', () => {
  const loss = Array.from({ length: 4000 }, (_, i) => 2 + Math.sin(i / 5) + i / 4000);
  const run = placed(historyOf({ loss }));
  const wide = { ...options, range: { from: 0, to: 3999 }, smoothing: 0.99 };
  const many = curveOf(run, 'loss', { ...wide, maxPoints: 400 }).points;
  const few = curveOf(run, 'loss', { ...wide, maxPoints: 40 }).points;
  for (const { x, smoothed } of few) {
    expect(many.find((point) => point.x === x)?.smoothed ?? smoothed).toBe(smoothed);
  }
  expect(few.at(-1)?.smoothed).toBe(many.at(-1)?.smoothed);
});

it('keeps the last test when thinning out', () => {
  const kept = thinOut(
    Array.from({ length: 250 }, (_, i) => i),
    100,
  );
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.at(-1)).toBe(249);
});
