import { expect, it } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { RunHistory } from '../../training/history.ts';
import { freshRun } from '../runViews.ts';
import { startRatio, trainedRatio } from './measure.ts';
import { resultOf } from './result.ts';

const config = completeConfig({
  version: 1,
  training: { batchSize: 10, steps: 600 },
  data: { train: 1000 },
});

/** A history whose first layer has `first(step)` for a gradient norm, the last convolution 2, and the classifier 7. */
function historyOf(first: (step: number) => number, steps: number, maxRows?: number): RunHistory {
  const names = {
    parameterNames: ['conv1.weight', 'layer1.0.conv1.weight', 'fc.weight', 'fc.bias'],
    activationNames: [],
  };
  const history = new RunHistory(names, maxRows);
  const each = (of: (step: number) => number) =>
    Float32Array.from({ length: steps }, (_, i) => of(i));
  history.append({
    step: Uint32Array.from({ length: steps }, (_, i) => i),
    loss: each(() => 2),
    accuracy: each(() => 0.25),
    learningRate: each(() => 0.1),
    elapsedMs: new Float64Array(steps),
    gradNorm: Float32Array.from(
      Array.from({ length: steps }, (_, i) => [first(i), 2, 7, 7]).flat(),
    ),
  });
  return history;
}

const measure = (history: RunHistory) =>
  resultOf({ id: 'a', name: 'A', config, changes: [] }, freshRun('a', 0, 'A', config), history, {
    adapter: 'Test',
    images: { title: 'CIFAR-10', isCifar10: true },
    testImages: 100,
  });

it('has the first layer’s gradient over the last convolution’s at step 0 alone, then over stretches', () => {
  const result = measure(historyOf((step) => (step === 0 ? 200 : step < 300 ? 8 : 0.5), 600));
  expect(startRatio(result)).toBeCloseTo(100, 9);
  expect(result.flow?.step.slice(0, 3)).toEqual([0, 2, 5]);
  expect(result.flow?.first[1]).toBeCloseTo(8, 5);
  // 599 steps in 200 stretches: the middle one ends with step 300.
  expect(trainedRatio(result)).toBeCloseTo(0.25, 1);
  expect(result.curve.step.at(-1)).toBe(600);
});

it('leaves out steps whose gradient is not finite, and has no ratio where all gradient is gone', () => {
  const result = measure(historyOf((step) => (step === 1 ? Number.NaN : 0), 3));
  expect(result.flow).toEqual({ step: [0, 2], first: [0, 0], last: [2, 2] });
  expect(trainedRatio(result)).toBeNaN();
});

it('knows step 0 by itself after rows are merged, and loses no more than the row of a step that overflowed', () => {
  const steps = 600;
  const long = historyOf((step) => (step === 0 ? 200 : step === 301 ? Number.NaN : 8), steps, 100);
  expect(long.steps[0]).toBe(8);
  const { flow } = measure(long);
  expect(flow?.step.slice(0, 2)).toEqual([0, 7]);
  expect(flow?.first[0]).toBeCloseTo(200, 9);
  // 75 rows, a stretch each; the row of step 301 has no mean.
  expect(flow?.step).toHaveLength(1 + 74);
  const merged = measure(RunHistory.from(long.names, long.state));
  expect(merged.flow?.step[0]).toBe(7);
  expect(startRatio(merged)).toBeNaN();

  const short = measure(historyOf((step) => (step === 301 ? Number.NaN : 8), steps));
  expect(short.flow?.step).toHaveLength(1 + 200);
});

it('counts the epochs before every test', () => {
  const history = historyOf(() => 1, 200);
  history.evaluated({ step: 50, loss: 2, accuracy: 0.3 });
  history.evaluated({ step: 200, loss: 2, accuracy: 0.4 });
  expect(measure(history).tests).toEqual({ epochs: [0.5, 2], error: [70, 60] });
});

it('has no test where the run diverged: its last one is of an earlier step', () => {
  const history = historyOf(() => 1, 200);
  const evaluation = { step: 50, loss: 2, accuracy: 0.3 };
  const run = { ...freshRun('a', 0, 'A', config), evaluation };
  const measured = {
    adapter: 'Test',
    images: { title: 'CIFAR-10', isCifar10: true },
    testImages: 100,
  };
  const of = (view: typeof run) =>
    resultOf({ id: 'a', name: 'A', config, changes: [] }, view, history, measured);
  expect(of(run).test).toEqual({ error: 70, images: 100 });
  const diverged = { step: 120, layer: 'fc', lastGoodStep: 100 };
  expect(of({ ...run, diverged })).toMatchObject({ test: null, divergedAt: 120 });
});
