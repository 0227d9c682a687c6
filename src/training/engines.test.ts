/** Runs on TensorFlow.js, and from one engine to another. */
import { expect, test } from 'vitest';
import { heldTensors } from '../engine/testing/heldTensors.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const config = tinyConfig({ training: { batchSize: 8, steps: 1000, learningRate: 0.05 } });
const open = { type: 'open', baseUrl: 'http://localhost/' } as const;
const setRuns = { type: 'setRuns', runs: [{ id: 'a', config }] } as const;
const step = { type: 'step' } as const;

test('after a crash another engine goes on, says from which step, and claims no exactness', async () => {
  const harness = new SessionHarness({ engine: ['cpu', 'tfjs-wasm', 'cpu'], isDeviceOwn: true });
  const config = tinyConfig({ training: { steps: 4 } });
  harness.send(open, { type: 'setRuns', runs: [{ id: 'a', config }] });
  await harness.until('prepared');
  for (let i = 0; i < 2; i++) await harness.untilPaused({ type: 'step' });
  const goOn = async () => {
    await harness.until('deviceLost', harness.send({ type: 'loseDevice' }));
    const from = harness.send({ type: 'recover' });
    const restored = await harness.until('restored', from);
    await harness.until('ready', from);
    await harness.untilPaused({ type: 'step' });
    return restored.label;
  };
  expect(await goOn()).toBe('TensorFlow.js, WebAssembly, from step 2');
  expect(await goOn()).toBe('WebAssembly kernels, from step 3');
  const { finalWeights } = await harness.until('finished');
  expect(finalWeights.arithmetic).toBeNull();
});

test('a run moves from TensorFlow.js to the processor’s kernels and back at its current step, with the losses of either', async () => {
  const cpu = new SessionHarness();
  await cpu.until('ready', cpu.send(open));
  await cpu.until('prepared', cpu.send(setRuns));
  for (let i = 0; i < 6; i++) await cpu.untilPaused(step);
  const expected = cpu.losses('a');

  // Other files of this process may hold some.
  const tensorsBefore = heldTensors();
  const moving = new SessionHarness();
  const ready = await moving.until('ready', moving.send({ ...open, engine: 'tfjs-wasm' }));
  expect(ready).toMatchObject({ engine: 'tfjs-wasm', adapter: { isSoftware: true } });
  expect(ready.gflops).toBeGreaterThan(0);
  const prepared = await moving.until('prepared', moving.send(setRuns));
  expect(prepared.dispatchesPerStep).toBeNull();
  expect(prepared.gpuBytes).toBeGreaterThan(0);
  for (const engine of ['cpu', 'tfjs-wasm', null] as const) {
    for (let i = 0; i < 2; i++) await moving.untilPaused(step);
    if (engine === null) break;
    const from = moving.send({ type: 'useEngine', engine });
    expect(await moving.until('ready', from)).toMatchObject({ engine });
    const stepsDone = moving.losses('a').size;
    expect((await moving.until('restored', from)).step).toBe(stepsDone);
    // Nothing of the engine that was left stays behind.
    if (engine === 'cpu') expect(heldTensors()).toBe(tensorsBefore);
  }
  const losses = moving.losses('a');
  expect([...losses.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  for (const [at, loss] of losses) {
    expect(Math.abs(loss / (expected.get(at) ?? Number.NaN) - 1), `step ${at}`).toBeLessThan(1e-4);
  }
});

test('an engine that does not run here is refused, and the one before goes on', async () => {
  const harness = new SessionHarness();
  await harness.until('ready', harness.send({ ...open, engine: 'tfjs-wasm' }));
  await harness.until('prepared', harness.send(setRuns));
  await harness.untilPaused(step);
  const from = harness.send({ type: 'useEngine', engine: 'tfjs-webgl' });
  const { engine, message } = await harness.until('engineRefused', from);
  expect([engine, message]).toEqual(['tfjs-webgl', 'Not in Node.']);
  expect((await harness.until('restored', from)).step).toBe(1);
  await harness.untilPaused(step);
  expect([...harness.losses('a').keys()]).toEqual([0, 1]);
});

test('a run that diverges on TensorFlow.js is halted, and restored', async () => {
  // Decay of a hundred times the weights a step: they alternate and grow until they overflow.
  const optimizer = { type: 'sgd', momentum: 0, nesterov: false, weightDecay: 1 } as const;
  const wild = tinyConfig({ training: { batchSize: 8, steps: 500, learningRate: 100, optimizer } });
  const harness = new SessionHarness();
  await harness.until('ready', harness.send({ ...open, engine: 'tfjs-wasm' }));
  harness.send({ type: 'setRuns', runs: [{ id: 'a', config: wild }] }, { type: 'train' });
  const { step: at, layer, lastGoodStep } = await harness.until('diverged');
  expect(at).toBeGreaterThanOrEqual(lastGoodStep);
  expect(layer).not.toBe('');
  const from = harness.send({ type: 'restore', id: 'a', learningRateFactor: 1e-3 });
  expect((await harness.until('restored', from)).step).toBe(lastGoodStep);
  await harness.untilPausedNow(step);
});
