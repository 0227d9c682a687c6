import { describe, expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { chartRows, smooth, thinOut, thinOutEvaluations } from './series.ts';

describe('smooth', () => {
  it('leaves a constant as it is, from the first value on', () => {
    expect([...smooth(Float32Array.of(3, 3, 3), 0.9)]).toEqual([3, 3, 3]);
  });

  it('is the debiased moving average', () => {
    const [first, second] = smooth(Float32Array.of(1, 2), 0.5);
    expect(first).toBe(1);
    // (0.5 · 0.5 · 1 + 0.5 · 2) / (1 - 0.25)
    expect(second).toBeCloseTo(1.25 / 0.75, 6);
  });

  it('averages logarithms for a log axis', () => {
    const [, second] = smooth(Float32Array.of(1, 100), 0.5, true);
    expect(second).toBeCloseTo(100 ** (0.5 / 0.75), 3);
  });

  it('passes over values that are not finite', () => {
    const smoothed = smooth(Float32Array.of(Number.NaN, 2, Number.POSITIVE_INFINITY), 0.5);
    expect(smoothed[0]).toBeNaN();
    expect(smoothed[1]).toBe(2);
    expect(smoothed[2]).toBe(2);
  });

  it('copies when it is off', () => {
    const values = Float32Array.of(1, 5);
    expect([...smooth(values, 0)]).toEqual([1, 5]);
    expect(smooth(values, 0)).not.toBe(values);
  });
});

describe('thinOut', () => {
  const rows = (values: number[]) => ({
    step: Uint32Array.from(values, (_, i) => i),
    smoothed: Float32Array.from(values),
    min: Float32Array.from(values),
    max: Float32Array.from(values),
  });

  it('keeps all rows where they fit', () => {
    expect(thinOut(rows([4, 5]), 10)).toEqual([
      { step: 0, smoothed: 4, raw: 4 },
      { step: 1, smoothed: 5, raw: 5 },
    ]);
  });

  it('keeps spikes, in order, within the bound', () => {
    const values = new Array<number>(10_000).fill(1);
    values[5000] = 9;
    values[5003] = -9;
    const points = thinOut(rows(values), 100);
    expect(points.length).toBeLessThanOrEqual(100);
    const spike = points.findIndex(({ raw }) => raw === 9);
    expect(points[spike + 1]?.raw).toBe(-9);
    expect(points.at(-1)?.step).toBe(9999);
    const steps = points.map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});

it('keeps the last evaluation when thinning out', () => {
  const evaluations = Array.from({ length: 250 }, (_, step) => ({ step, loss: 0, accuracy: 0 }));
  const kept = thinOutEvaluations(evaluations, 100);
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.at(-1)?.step).toBe(249);
});

it('puts several runs into one table', () => {
  const history = new RunHistory([]);
  history.append({
    step: Uint32Array.of(0, 1),
    loss: Float32Array.of(2, 1),
    accuracy: Float32Array.of(0.25, 0.5),
    learningRate: Float32Array.of(0.1, 0.1),
    elapsedMs: Float64Array.of(1, 2),
    gradNorm: new Float32Array(0),
  });
  history.evaluated({ step: 1, loss: 3, accuracy: 0.125 });
  const runs = [
    { id: 'a', history },
    { id: 'b', history: new RunHistory([]) },
  ];
  expect(chartRows(runs, 'accuracy', { smoothing: 0, log: false, unit: 100 })).toEqual([
    { step: 0, 'a:train': 25 },
    { step: 1, 'a:train': 50, 'a:test': 12.5 },
  ]);
});
