import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { DrawnLine } from './drawnLine.ts';

function append(history: RunHistory, values: readonly number[]): void {
  const first = (history.latest?.step ?? -1) + 1;
  history.append({
    step: Uint32Array.from(values, (_, i) => first + i),
    loss: Float32Array.from(values),
    accuracy: new Float32Array(values.length),
    learningRate: new Float32Array(values.length),
    elapsedMs: new Float64Array(values.length),
    gradNorm: new Float32Array(0),
  });
}

const historyOf = (values: readonly number[], maxRows?: number): RunHistory => {
  const history = new RunHistory([], maxRows);
  append(history, values);
  return history;
};

const line = (smoothing = 0, log = false, maxPoints = 100) =>
  new DrawnLine('loss', { smoothing, log, maxPoints });

const smoothed = (values: readonly number[], smoothing: number, log = false) =>
  line(smoothing, log)
    .update(historyOf(values))
    .map((point) => point.smoothed);

describe('smoothing', () => {
  it('leaves a constant as it is, from the first value on', () => {
    for (const value of smoothed([3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  it('is the debiased moving average', () => {
    const [first, second] = smoothed([1, 2], 0.5);
    expect(first).toBe(1);
    // (0.5 · 0.5 · 1 + 0.5 · 2) / (1 - 0.25)
    expect(second).toBeCloseTo(1.25 / 0.75, 6);
  });

  it('averages logarithms for a log axis', () => {
    expect(smoothed([1, 100], 0.5, true)[1]).toBeCloseTo(100 ** (0.5 / 0.75), 3);
  });

  it('passes over values that are not finite', () => {
    expect(smoothed([Number.NaN, 2, Number.POSITIVE_INFINITY], 0.5)).toEqual([Number.NaN, 2, 2]);
  });

  it('weighs steps alike when rows hold several', () => {
    const values = Array.from({ length: 400 }, (_, i) => 2 + Math.sin(i / 60));
    const end = (maxRows: number) => line(0.95).update(historyOf(values, maxRows)).at(-1)?.smoothed;
    expect(end(50)).toBeCloseTo(end(400) ?? Number.NaN, 1);
  });
});

it('keeps all rows where they fit', () => {
  expect(line().update(historyOf([4, 5]))).toEqual([
    { step: 0, smoothed: 4, raw: 4 },
    { step: 1, smoothed: 5, raw: 5 },
  ]);
});

it('keeps spikes, in order, within the bound', () => {
  const values = new Array<number>(10_000).fill(1);
  values[5000] = 9;
  values[5003] = -9;
  const points = line().update(historyOf(values));
  expect(points.length).toBeLessThanOrEqual(100);
  const spike = points.findIndex(({ raw }) => raw === 9);
  expect(points[spike + 1]?.raw).toBe(-9);
  expect(points.at(-1)?.step).toBe(9999);
  const steps = points.map(({ step }) => step);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

it('draws the same however often it was brought up to date', () => {
  const parts = fc.array(
    fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { maxLength: 40 }),
    {
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(parts, fc.constantFrom(64, 1000), (batches, maxRows) => {
      const history = new RunHistory([], maxRows);
      const often = line(0.8, true, 20);
      for (const batch of batches) {
        append(history, batch);
        expect(often.update(history).length).toBeLessThanOrEqual(20);
      }
      expect(often.update(history)).toEqual(line(0.8, true, 20).update(history));
    }),
  );
});
