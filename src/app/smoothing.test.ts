import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunHistory } from '../training/history.ts';
import { plainColumn } from './column.ts';
import { Smoother } from './smoothing.ts';
import { append, historyOf } from './testing/history.ts';

const valuesOf = (smoother: Smoother, history: RunHistory) => {
  smoother.update(history, plainColumn(history.loss.mean));
  return Array.from({ length: history.length }, (_, row) => smoother.at(row));
};

const smoothed = (loss: readonly number[], smoothing: number, log = false, maxRows?: number) =>
  valuesOf(new Smoother({ smoothing, log }), historyOf({ loss }, maxRows));

describe('smoothing', () => {
  it('leaves everything as it is when off', () => {
    expect(smoothed([4, 1, 2], 0)).toEqual([4, 1, 2]);
  });

  it('leaves a constant as it is, from the first value on, at any strength', () => {
    for (const factor of [0.5, 0.9, 0.999]) {
      for (const value of smoothed([3, 3, 3], factor)) expect(value).toBeCloseTo(3, 10);
    }
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

  it('passes over values that are not finite, and over those without a logarithm', () => {
    expect(smoothed([Number.NaN, 2, Number.POSITIVE_INFINITY], 0.5)).toEqual([Number.NaN, 2, 2]);
    expect(smoothed([2, 0, 2], 0.5, true)[1]).toBeCloseTo(2, 6);
  });

  it('weighs steps alike when rows hold several', () => {
    const loss = Array.from({ length: 400 }, (_, i) => 2 + Math.sin(i / 60));
    const end = (maxRows: number) => smoothed(loss, 0.95, false, maxRows).at(-1) ?? Number.NaN;
    expect(end(50)).toBeCloseTo(end(400), 1);
  });
});

it('gives the same however often it was brought up to date, and reads a row once', () => {
  const value = fc.double({ min: 0.1, max: 9, noNaN: true });
  const parts = fc.array(fc.array(value, { maxLength: 40 }), { maxLength: 30 });
  fc.assert(
    fc.property(parts, fc.constantFrom(64, 1000), (batches, maxRows) => {
      const history = historyOf({ loss: [] }, maxRows);
      const often = new Smoother({ smoothing: 0.8, log: true });
      for (const loss of batches) {
        append(history, { loss });
        valuesOf(often, history);
      }
      expect(valuesOf(often, history)).toEqual(
        valuesOf(new Smoother({ smoothing: 0.8, log: true }), history),
      );
      if (history.stride === 1) expect(often.rowsRead).toBe(history.length);
    }),
  );
});
