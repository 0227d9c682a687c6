/** Runs that come to WebGPU and leave it. */
import { expect, test } from 'vitest';
import { heldTensors } from '../engine/testing/heldTensors.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const config = tinyConfig({ training: { batchSize: 8, steps: 1000, learningRate: 0.05 } });
const open = { type: 'open', baseUrl: 'http://localhost/' } as const;
const setRuns = { type: 'setRuns', runs: [{ id: 'a', config }] } as const;
const step = { type: 'step' } as const;

test('a run moves from TensorFlow.js to WebGPU and back at its current step, with the losses of either', async () => {
  const webgpu = new SessionHarness({ engine: 'webgpu' });
  await webgpu.until('ready', webgpu.send(open));
  await webgpu.until('prepared', webgpu.send(setRuns));
  for (let i = 0; i < 6; i++) await webgpu.untilPaused(step);
  const expected = webgpu.losses('a');

  // Other files of this process may hold some.
  const tensorsBefore = heldTensors();
  const moving = new SessionHarness({ engine: 'webgpu' });
  const ready = await moving.until('ready', moving.send({ ...open, engine: 'tfjs-wasm' }));
  expect(ready).toMatchObject({ engine: 'tfjs-wasm', adapter: { isSoftware: true } });
  expect(ready.gflops).toBeGreaterThan(0);
  const prepared = await moving.until('prepared', moving.send(setRuns));
  expect(prepared.dispatchesPerStep).toBeNull();
  expect(prepared.gpuBytes).toBeGreaterThan(0);
  for (const engine of ['webgpu', 'tfjs-wasm', null] as const) {
    for (let i = 0; i < 2; i++) await moving.untilPaused(step);
    if (engine === null) break;
    const from = moving.send({ type: 'useEngine', engine });
    expect(await moving.until('ready', from)).toMatchObject({ engine });
    const stepsDone = moving.losses('a').size;
    expect((await moving.until('restored', from)).step).toBe(stepsDone);
    // Nothing of the engine that was left stays behind.
    if (engine === 'webgpu') expect(heldTensors()).toBe(tensorsBefore);
  }
  const losses = moving.losses('a');
  expect([...losses.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
  for (const [at, loss] of losses) {
    expect(Math.abs(loss / (expected.get(at) ?? Number.NaN) - 1), `step ${at}`).toBeLessThan(1e-4);
  }
});
