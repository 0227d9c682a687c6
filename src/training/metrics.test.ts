import { expect, test } from 'vitest';
import { softmaxRows } from './evaluation.ts';
import { packMetrics, transferables } from './metrics.ts';

const step = (n: number) => ({
  step: n,
  loss: n + 0.5,
  accuracy: 0.25,
  learningRate: 0.5,
  gradNorm: Float32Array.of(n, 10 * n),
  weightNorm: Float32Array.of(n, 20 * n),
  updateNorm: Float32Array.of(n, 30 * n),
  activationStd: Float32Array.of(40 * n),
});

test('steps become columns; gradient norms are row-major; time counts back from the end', () => {
  const batch = packMetrics('a', [step(4), step(5), step(6)], 1000, 20);
  expect([...batch.step]).toEqual([4, 5, 6]);
  expect([...batch.loss]).toEqual([4.5, 5.5, 6.5]);
  expect([...batch.gradNorm]).toEqual([4, 40, 5, 50, 6, 60]);
  expect([...batch.weightNorm]).toEqual([4, 80, 5, 100, 6, 120]);
  expect([...batch.updateNorm]).toEqual([4, 120, 5, 150, 6, 180]);
  expect([...batch.activationStd]).toEqual([160, 200, 240]);
  expect([...batch.elapsedMs]).toEqual([960, 980, 1000]);
});

test('all arrays of a batch are transferred, nothing of a state', () => {
  const batch = packMetrics('a', [step(0)], 0, 0);
  const event = { type: 'metrics', batch, imagesPerSecond: 1, stepMs: 1 } as const;
  expect(transferables(event)).toHaveLength(9);
  const { batch: moved } = structuredClone(event, { transfer: transferables(event) });
  expect(moved.gradNorm).toEqual(Float32Array.of(0, 0));
  expect(batch.gradNorm).toHaveLength(0);
  expect(transferables({ type: 'state', state: 'idle' })).toEqual([]);
});

test('softmax by rows, without overflow', () => {
  const rows = softmaxRows(Float32Array.of(0, Math.log(3), 1000, 1000), 2);
  expect(rows[0]?.map((p) => p.toFixed(6))).toEqual(['0.250000', '0.750000']);
  expect(rows[1]).toEqual([0.5, 0.5]);
});
