import { expect, test } from 'vitest';
import { RunHistory } from './history.ts';

const names = { parameterNames: [], activationNames: [] };

function append(history: RunHistory, from: number, losses: readonly number[]): void {
  const steps = losses.length;
  history.append({
    step: Uint32Array.from(losses, (_, i) => from + i),
    loss: Float32Array.from(losses),
    accuracy: new Float32Array(steps),
    learningRate: new Float32Array(steps),
    elapsedMs: new Float64Array(steps),
    gradNorm: new Float32Array(0),
  });
}

test('single losses of the last steps are there where rows are merged', () => {
  const history = new RunHistory(names, 8);
  append(
    history,
    0,
    Array.from({ length: 100 }, (_, i) => i),
  );
  expect(history.stride).toBeGreaterThan(8);
  expect(history.recentLosses.mean(90, 100)).toBe(94.5);
  expect(history.recentLosses.mean(95, 101)).toBeNull();
  history.truncateFrom(97);
  expect(history.recentLosses.mean(95, 97)).toBe(95.5);
  expect(history.recentLosses.mean(95, 98)).toBeNull();
  append(history, 97, [0, 2]);
  expect(history.recentLosses.mean(97, 99)).toBe(1);
  history.clear();
  expect(history.recentLosses.mean(0, 1)).toBeNull();
});

test('no more than the last ones are kept, and a gap begins anew', () => {
  const history = new RunHistory(names);
  append(
    history,
    0,
    Array.from({ length: 5000 }, (_, i) => i),
  );
  expect(history.recentLosses.mean(4999 - 500, 5000)).toBe(4749);
  expect(history.recentLosses.mean(0, 10)).toBeNull();
});

test('a history that goes on has the means of its last rows for their steps', () => {
  const history = new RunHistory(names, 8);
  append(
    history,
    0,
    Array.from({ length: 64 }, (_, i) => (i < 56 ? 1 : 5)),
  );
  const resumed = RunHistory.from(names, history.state);
  expect(resumed.recentLosses.mean(56, 64)).toBe(5);
  expect(resumed.recentLosses.mean(48, 56)).toBe(1);
});
