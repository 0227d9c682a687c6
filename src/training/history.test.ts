import { describe, expect, it } from 'vitest';
import { RunHistory } from './history.ts';

/** Steps `from`…`from + count - 1`; loss = step, gradient norms [step, 10 · step]. */
function batch(from: number, count: number) {
  const steps = Array.from({ length: count }, (_, i) => from + i);
  return {
    step: Uint32Array.from(steps),
    loss: Float32Array.from(steps),
    accuracy: Float32Array.from(steps, (s) => s / 1000),
    learningRate: new Float32Array(count).fill(0.5),
    elapsedMs: Float64Array.from(steps, (s) => 100 * s),
    gradNorm: Float32Array.from(steps.flatMap((s) => [s, 10 * s])),
  };
}

const names = { parameterNames: ['conv1.weight', 'fc.weight'], activationNames: [] };

describe('RunHistory', () => {
  it('keeps single steps while there is room', () => {
    const history = new RunHistory(names);
    history.append(batch(0, 300));
    expect(history.length).toBe(300);
    expect(history.stride).toBe(1);
    expect(history.loss.mean[299]).toBe(299);
    expect([...history.row('gradNorm', 7)]).toEqual([7, 70]);
    expect(history.latest).toMatchObject({ step: 299, loss: 299, elapsedMs: 29900 });
  });

  it('merges neighbours when full, keeping mean, min and max', () => {
    const history = new RunHistory(names, 8);
    history.append(batch(0, 9));
    expect(history.stride).toBe(2);
    expect(history.length).toBe(5);
    expect([...history.loss.mean.subarray(0, 5)]).toEqual([0.5, 2.5, 4.5, 6.5, 8]);
    expect([...history.loss.min.subarray(0, 5)]).toEqual([0, 2, 4, 6, 8]);
    expect([...history.loss.max.subarray(0, 5)]).toEqual([1, 3, 5, 7, 8]);
    expect([...history.row('gradNorm', 1)]).toEqual([2.5, 25]);
    history.append(batch(9, 1));
    expect(history.length).toBe(5);
    expect(history.loss.mean[4]).toBe(8.5);
  });

  it('stays bounded over very many steps', () => {
    const history = new RunHistory(names, 64);
    for (let i = 0; i < 100; i++) history.append(batch(i * 100, 100));
    expect(history.length).toBeLessThanOrEqual(64);
    expect(history.firstStep[0]).toBe(0);
    expect(history.lastStep[history.length - 1]).toBe(9999);
    const steps = history.steps.subarray(0, history.length).reduce((a, b) => a + b, 0);
    expect(steps).toBe(10_000);
  });

  it('holds fewer rows of a net with many parameters', () => {
    expect(
      new RunHistory({ ...names, parameterNames: Array.from({ length: 1000 }, String) }).maxRows,
    ).toBe(4000);
  });

  it('replaces what a repeated step already held', () => {
    const history = new RunHistory(names);
    history.append(batch(0, 10));
    history.evaluated({ step: 5, loss: 1, accuracy: 0.1 });
    history.evaluated({ step: 10, loss: 1, accuracy: 0.2 });
    const before = history.generation;
    history.append(batch(6, 2));
    expect(history.length).toBe(8);
    expect(history.latest?.step).toBe(7);
    expect(history.evaluations).toEqual([{ step: 5, loss: 1, accuracy: 0.1 }]);
    expect(history.generation).toBeGreaterThan(before);
    history.append(batch(0, 1));
    expect(history.length).toBe(1);
    expect(history.evaluations).toEqual([]);
  });

  it('keeps its past when the parameters change', () => {
    const history = new RunHistory(names);
    history.append(batch(0, 2));
    history.evaluated({ step: 2, loss: 1, accuracy: 0.5 });
    expect(history.withLayers(structuredClone(names))).toBe(history);
    const other = history.withLayers({
      parameterNames: ['new.weight', 'fc.weight'],
      activationNames: [],
    });
    expect([...other.row('gradNorm', 1)]).toEqual([0, 10]);
    expect(other.latest?.step).toBe(1);
    expect(other.evaluations).toEqual(history.evaluations);
  });

  it('keeps mean, min and max of merged rows when the parameters change', () => {
    const history = new RunHistory(names, 4);
    history.append(batch(0, 7));
    const other = history.withLayers({ parameterNames: ['fc.weight'], activationNames: [] });
    expect([...other.firstStep.subarray(0, other.length)]).toEqual([0, 2, 4, 6]);
    expect([...other.loss.max.subarray(0, 4)]).toEqual([1, 3, 5, 6]);
    expect([...other.row('gradNorm', 1)]).toEqual([25]);
    expect(other.stride).toBe(2);
    expect(other.latest).toMatchObject({ step: 6, loss: 6, gradNorm: Float32Array.of(60) });
  });

  it('ends a merged row where it is cut, so that rows still follow each other', () => {
    const history = new RunHistory(names, 4);
    history.append(batch(0, 8));
    history.truncateFrom(5);
    expect(history.latest?.step).toBe(4);
    history.append(batch(5, 2));
    expect([...history.firstStep.subarray(0, history.length)]).toEqual([0, 2, 4, 6]);
    expect([...history.lastStep.subarray(0, history.length)]).toEqual([1, 3, 5, 6]);
    expect([...history.steps.subarray(0, history.length)]).toEqual([2, 2, 2, 1]);
  });

  it('is cut to where it was marked as if nothing had come after, also when rows were merged since', () => {
    const layered = { ...names, activationNames: ['conv1'] };
    const measured = (from: number, count: number) => {
      const odd = Float32Array.from({ length: count }, (_, i) => 1 / (from + i + 1));
      const pairs = Float32Array.from({ length: 2 * count }, (_, i) => 1 / (2 * from + i + 3));
      const statistics = { weightNorm: pairs, updateNorm: pairs, activationStd: odd };
      return { ...batch(from, count), loss: odd, ...statistics };
    };
    for (const end of [1, 2, 5, 1023, 1024, 1500, 3001]) {
      for (const more of [0, 1, 2, 900, 5000]) {
        const history = new RunHistory(layered, 64);
        history.append(measured(0, end));
        const { state } = history;
        history.mark();
        history.append(measured(end, more));
        expect(history.stateUntil(end)).toEqual(state);
        expect(history.stateUntil(end)).toEqual(state);
      }
    }
  });

  it('has the statistics of layers beside the gradients', () => {
    const history = new RunHistory({ ...names, activationNames: ['conv1'] }, 8);
    const statistics = {
      weightNorm: Float32Array.of(1, 2, 3, 4),
      updateNorm: Float32Array.of(5, 6, 7, 8),
      activationStd: Float32Array.of(9, 10),
    };
    history.append({ ...batch(0, 2), ...statistics });
    expect([...history.statistics.row('updateNorm', 1)]).toEqual([7, 8]);
    expect(history.latest?.statistics).toEqual({
      weightNorm: Float32Array.of(3, 4),
      updateNorm: Float32Array.of(7, 8),
      activationStd: Float32Array.of(10),
    });
    history.truncateFrom(1);
    expect(history.statistics.length).toBe(1);
    history.clear();
    expect(history.statistics.length).toBe(0);
  });

  it('finds the row of a step', () => {
    const history = new RunHistory(names, 4);
    expect(history.rowOf(3)).toBe(-1);
    history.append(batch(0, 8));
    expect(history.stride).toBe(2);
    expect(history.rowOf(0)).toBe(0);
    expect(history.rowOf(5)).toBe(2);
    expect(history.rowOf(99)).toBe(3);
  });
});
