import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { EngineNetwork } from '../src/engine/api.ts';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { checkpointAt } from '../src/training/checkpoint/testing/checkpoints.ts';
import { writeSafetensors } from '../src/weights/writeSafetensors.ts';
import { CheckpointClock, writeCheckpointFile } from './checkpointWriter.ts';
import { CHECKPOINT_FILE } from './runFolder.ts';
import { startOf } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a checkpoint knows the weights it began with, and weights that overflowed do not replace it', async () => {
  const [{ adapter, runs }, config, init] = [
    checkpointAt(1),
    join(folder, 'config.json'),
    join(folder, 'given.safetensors'),
  ];
  const [trained] = runs;
  if (trained === undefined) throw new Error('no run');
  writeFileSync(config, JSON.stringify(trained.config));
  writeFileSync(init, writeSafetensors(trained.state.weights));
  const { run } = await startOf({
    start: { kind: 'config', config, init },
    arithmetic: null,
    batches: 'any',
    data: null,
  });
  let state = await run.state();
  const network: EngineNetwork = {
    graph: run.graph,
    summary: { microBatchSize: 128, gpuBytes: 1, dispatchesPerStep: 1 },
    kernelChoices: {},
    load: () => undefined,
    save: async () => state,
    destroy: () => undefined,
  };
  const shape = { batchSize: 128, inputSize: 8 };
  const batch = { shape, upload: () => undefined, destroy: () => undefined };
  await run.attach({ createNetwork: async () => network }, batch);
  const write = async () => {
    await run.snapshot();
    await writeCheckpointFile(folder, adapter, run, null);
    return readFileSync(join(folder, CHECKPOINT_FILE));
  };
  const before = await write();
  const { imported } = (await readCheckpoint(before)).runs[0] ?? {};
  expect(imported?.source).toBe('given.safetensors');
  expect(imported?.weights.get('conv1.weight')).toEqual(trained.state.weights.get('conv1.weight'));

  const weights = new Map(state.weights);
  weights.set('fc.bias', { shape: [10], data: new Float32Array(10).fill(Number.NaN) });
  state = { ...state, weights };
  run.step = 1;
  expect(await run.snapshot()).toEqual({ step: 0, layer: 'fc.bias' });
  expect((await readCheckpoint(await write())).runs[0]).toMatchObject({ step: 0 });
});

test('checkpoints are due every two minutes, further apart where writing one takes long, or every N steps', () => {
  const byTime = new CheckpointClock(null, 0, 1000);
  expect([byTime.isDue(9, 120_999), byTime.isDue(9, 121_000)]).toEqual([false, true]);
  byTime.written(121_000, 131_000);
  expect([byTime.isDue(9, 330_999), byTime.isDue(9, 331_000)]).toEqual([false, true]);
  const bySteps = new CheckpointClock(10, 13, 0);
  expect([22, 23, 33, 34].map((step) => bySteps.isDue(step, 1e9))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
