import { describe, expect, it } from 'vitest';
import { plainColumn } from './column.ts';
import { type CurveOptions, curvePoints, pointAt } from './curve.ts';
import { Smoother } from './smoothing.ts';
import { historyOf, placed } from './testing/history.ts';
import { X_AXES } from './xAxis.ts';

function pointsOf(loss: readonly number[], options: Partial<CurveOptions> = {}, maxRows?: number) {
  const history = historyOf({ loss }, maxRows);
  const { mean, min, max } = history.loss;
  const track = { mean: plainColumn(mean), min: plainColumn(min), max: plainColumn(max) };
  const smoother = new Smoother({ smoothing: 0, log: false }).update(history, track.mean);
  return curvePoints(placed(history), track, smoother, {
    axis: X_AXES.step,
    range: { from: 0, to: loss.length - 1 },
    logX: false,
    maxPoints: 100,
    ...options,
  });
}

it('keeps all steps where they fit', () => {
  expect(pointsOf([4, 5])).toEqual([
    { x: 0, smoothed: 4, mean: 4, min: 4, max: 4, steps: 1 },
    { x: 1, smoothed: 5, mean: 5, min: 5, max: 5, steps: 1 },
  ]);
});

describe('many steps', () => {
  const loss = Array.from({ length: 10_000 }, (_, i) => 1 + (i % 2));
  loss[5000] = 9;
  loss[5003] = -9;

  it('keeps spikes within the bound, whether rows were merged before or not', () => {
    for (const maxRows of [undefined, 512]) {
      const points = pointsOf(loss, {}, maxRows);
      expect(points.length).toBeLessThanOrEqual(100);
      expect(Math.max(...points.map(({ max }) => max))).toBe(9);
      expect(Math.min(...points.map(({ min }) => min))).toBe(-9);
      expect(points.at(-1)?.x).toBe(9999);
      expect(points.reduce((sum, { steps }) => sum + steps, 0)).toBe(10_000);
    }
  });

  it('shows every step of a part that is zoomed to', () => {
    const points = pointsOf(loss, { range: { from: 4998, to: 5004 } });
    expect(points.map(({ x }) => x)).toEqual([4998, 4999, 5000, 5001, 5002, 5003, 5004, 5005]);
    expect(points.map(({ max }) => max)).toEqual([1, 2, 9, 2, 1, -9, 1, 2]);
  });

  it('keeps its buckets while the part shown moves on', () => {
    const ends = (from: number) =>
      pointsOf(loss, { range: { from, to: from + 4000 } }).map(({ x }) => x);
    const first = new Set(ends(1000));
    expect(ends(1500).filter((x) => x < 5000 && first.has(x)).length).toBeGreaterThan(50);
  });

  it('is even in the logarithm on a log axis, without the step that has none', () => {
    const points = pointsOf(loss, { logX: true, range: { from: 1, to: 9999 } });
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points.slice(0, 3).map(({ x }) => x)).toEqual([1, 2, 3]);
    const perDecade = [1, 10, 100, 1000].map(
      (decade) => points.filter(({ x }) => x >= decade && x < 10 * decade).length,
    );
    expect(perDecade[3]).toBeGreaterThan(20);
    expect(perDecade[2]).toBeGreaterThan(20);
  });
});

it('passes over what is not finite', () => {
  expect(pointsOf([1, Number.NaN, 3]).map(({ x }) => x)).toEqual([0, 2]);
});

it('finds the bucket of a place', () => {
  const points = [{ x: 3 }, { x: 7 }, { x: 9 }];
  expect([0, 3, 4, 8, 20].map((x) => pointAt(points, x)?.x)).toEqual([3, 3, 7, 9, 9]);
  expect(pointAt([], 1)).toBeUndefined();
});
