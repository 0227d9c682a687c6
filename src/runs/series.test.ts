import { expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { chartRows, thinOutEvaluations } from './series.ts';

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
