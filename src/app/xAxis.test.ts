import { describe, expect, it } from 'vitest';
import { historyOf, placed } from './testing/history.ts';
import { fullRange, rowAt, visibleRows, X_AXES } from './xAxis.ts';

const run = placed(historyOf({ loss: [4, 3, 2, 1], elapsedMs: [100, 200, 900, 1000] }));

describe('places', () => {
  it('counts steps, epochs and images by the weights that a loss was measured with', () => {
    const at = (kind: keyof typeof X_AXES) => [0, 3].map((row) => X_AXES[kind].ofRow(run, row));
    expect(at('step')).toEqual([0, 3]);
    expect(at('images')).toEqual([0, 60]);
    // 20 of 100 images a step.
    expect(at('epoch')[1]).toBeCloseTo(0.6, 12);
    expect(at('time')).toEqual([100, 1000]);
  });

  it('puts tests and events where their step was done', () => {
    const at = (step: number) => X_AXES.time.ofStep(run, step);
    expect([0, 1, 2, 3, 4, 9].map(at)).toEqual([0, 100, 200, 900, 1000, 1000]);
    expect(X_AXES.images.ofStep(run, 4)).toBe(80);
  });
});

describe('ranges', () => {
  it('covers all runs', () => {
    const longer = placed(historyOf({ loss: [1, 1, 1, 1, 1, 1] }));
    expect(fullRange([run, longer], 'step', false)).toEqual({ from: 0, to: 5 });
    expect(fullRange([run], 'time', true)).toEqual({ from: 100, to: 1000 });
    expect(fullRange([run], 'images', true)).toEqual({ from: 20, to: 60 });
    expect(fullRange([placed(historyOf({ loss: [] }))], 'step', false)).toBeNull();
  });

  it('has a length after a single step', () => {
    const young = placed(historyOf({ loss: [1] }));
    expect(fullRange([young], 'step', false)).toEqual({ from: 0, to: 1 });
    expect(fullRange([young], 'step', true)).toEqual({ from: 1, to: 2 });
  });

  it('finds the rows that a part shows, with a neighbour at either side', () => {
    expect(rowAt(run, X_AXES.time, 99)).toBe(-1);
    expect(rowAt(run, X_AXES.time, 899)).toBe(1);
    expect(visibleRows(run, X_AXES.step, { from: 1.5, to: 1.8 })).toEqual({ first: 1, end: 3 });
    expect(visibleRows(run, X_AXES.step, { from: 0, to: 3 })).toEqual({ first: 0, end: 4 });
  });
});
