import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { checkpointAt } from '../src/training/checkpoint/testing/checkpoints.ts';
import { writeSafetensors } from '../src/weights/writeSafetensors.ts';
import { CHECKPOINT_FILE, CheckpointWriter } from './checkpointWriter.ts';
import { startOf } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a checkpoint knows the weights it began with, and weights that overflowed do not replace it', async () => {
  const [{ adapter, runs }, config, init] = [
    checkpointAt(1),
    join(folder, 'config.json'),
    join(folder, 'given.safetensors'),
  ];
  const [run] = runs;
  if (run === undefined) throw new Error('no run');
  writeFileSync(config, JSON.stringify(run.config));
  writeFileSync(init, writeSafetensors(run.state.weights));
  const start = await startOf({ start: { kind: 'config', config, init }, batches: 'any' });
  let state = start.state;
  const network = { summary: { microBatchSize: 128 }, kernelChoices: {}, save: async () => state };
  const writer = new CheckpointWriter({ adapter }, network, start, null, folder);
  await writer.write(0);
  const before = readFileSync(join(folder, CHECKPOINT_FILE));
  const { imported } = (await readCheckpoint(before)).runs[0] ?? {};
  expect(imported?.source).toBe('given.safetensors');
  expect(imported?.weights.get('conv1.weight')).toEqual(run.state.weights.get('conv1.weight'));

  const weights = new Map(state.weights);
  weights.set('fc.bias', { shape: [10], data: new Float32Array(10).fill(Number.NaN) });
  state = { ...state, weights };
  await writer.write(1);
  expect(readFileSync(join(folder, CHECKPOINT_FILE)).equals(before)).toBe(true);
});
