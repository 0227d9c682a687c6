import { describe, expect, it } from 'vitest';
import { statisticsTable } from './history.ts';
import type { RowTable } from './rowTable.ts';

const parameterNames = ['conv1.weight', 'fc.weight'];
const activationNames = ['conv1'];

/** Of step `s`: weight norms s and 10 s, update norms s / 10 and s, deviation s + 1. */
const at = (s: number) => ({
  weightNorm: Float32Array.of(s, 10 * s),
  updateNorm: Float32Array.of(s / 10, s),
  activationStd: Float32Array.of(s + 1),
});

const limited = (maxRows: number) => ({ maxRows, maxLayerNumbers: 1_000_000 });
const layers = { parameterNames, activationNames };

function filled(steps: number, maxRows = 1024): RowTable {
  const statistics = statisticsTable(layers, limited(maxRows));
  for (let step = 0; step < steps; step++) statistics.add(step, at(step), 0);
  return statistics;
}

describe('the rows of a layer’s statistics', () => {
  it('keeps every step while there is room', () => {
    const statistics = filled(300);
    expect(statistics.length).toBe(300);
    expect([...statistics.row('weightNorm', 299)]).toEqual([299, 2990]);
    expect([...statistics.row('updateNorm', 20)]).toEqual([2, 20]);
    expect([...statistics.row('activationStd', 7)]).toEqual([8]);
    expect(statistics.namesOf('updateNorm')).toEqual(parameterNames);
    expect(statistics.namesOf('activationStd')).toEqual(activationNames);
  });

  it('merges neighbours to their means when full', () => {
    const statistics = filled(10, 4);
    expect([statistics.stride, statistics.length]).toEqual([4, 3]);
    expect([...statistics.firstStep.subarray(0, 3)]).toEqual([0, 4, 8]);
    expect([...statistics.lastStep.subarray(0, 3)]).toEqual([3, 7, 9]);
    expect([...statistics.steps.subarray(0, 3)]).toEqual([4, 4, 2]);
    expect([...statistics.row('weightNorm', 1)]).toEqual([5.5, 55]);
    expect([...statistics.row('activationStd', 2)]).toEqual([9.5]);
    expect([0, 5, 9, 99].map((step) => statistics.rowOf(step))).toEqual([0, 1, 2, 2]);
  });

  it('takes at most 4 MB, however deep the net and long the run', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
    for (const [parameters, layers, rows] of [
      [65, 19, 1024],
      [330, 109, 1024],
      [3602, 1201, 118],
    ] as const) {
      const statistics = statisticsTable({
        parameterNames: names(parameters),
        activationNames: names(layers),
      });
      expect(statistics.maxRows).toBe(rows);
      expect(4 * statistics.columnOf('weightNorm', 0).stride * rows).toBeLessThanOrEqual(4_000_000);
    }
  });

  it('forgets steps, and a merged row with any of them', () => {
    const statistics = filled(10, 4);
    statistics.truncateFrom(6);
    expect(statistics.length).toBe(1);
    statistics.add(6, at(6), 0);
    expect([...statistics.firstStep.subarray(0, 2)]).toEqual([0, 6]);
    expect([...statistics.row('weightNorm', 1)]).toEqual([6, 60]);
    statistics.clear();
    expect([statistics.length, statistics.stride]).toEqual([0, 1]);
  });

  it('goes on from its state as if nothing had been', () => {
    const [whole, before] = [filled(23, 8), filled(11, 8)];
    const resumed = statisticsTable(layers, limited(8));
    resumed.restore(structuredClone(before.state));
    for (let step = 11; step < 23; step++) resumed.add(step, at(step), 0);
    expect(resumed.state).toEqual(whole.state);
  });

  it('keeps its past when layers come and go; what is new was not measured', () => {
    const other = statisticsTable({
      parameterNames: ['new.weight', 'fc.weight'],
      activationNames: ['layer1.0.conv1', 'conv1'],
    });
    other.takeRows(filled(3));
    expect(other.length).toBe(3);
    expect([...other.row('weightNorm', 2)]).toEqual([Number.NaN, 20]);
    expect([...other.row('activationStd', 1)]).toEqual([Number.NaN, 2]);
    other.add(3, { ...at(3), activationStd: Float32Array.of(5, 6) }, 0);
    expect([...other.row('activationStd', 3)]).toEqual([5, 6]);
  });

  it('merges what is too much for a net with more layers', () => {
    const names = { parameterNames, activationNames: Array.from({ length: 400_000 }, String) };
    const other = statisticsTable(names);
    other.takeRows(filled(9));
    expect(other.maxRows).toBe(2);
    expect(other.length).toBeLessThanOrEqual(2);
    expect(other.lastStep[other.length - 1]).toBe(8);
    const steps = other.steps.subarray(0, other.length).reduce((sum, n) => sum + n, 0);
    expect(steps).toBe(9);
  });
});
