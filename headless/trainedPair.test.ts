import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { checkpointAt } from '../src/training/checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from '../src/training/checkpoint/write.ts';
import { toTenBits, writeTrainedPair } from './trainedPair.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pair-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('rounds to ten bits, ties to even', () => {
  const unit = 2 ** -10;
  const values = [1 + unit, 1 + 0.5 * unit, 1 + 1.5 * unit, -3.3, 0];
  expect([...toTenBits(Float32Array.from(values))]).toEqual([
    1 + unit,
    1,
    1 + 2 * unit,
    -Math.round(3.3 / (2 * unit)) * 2 * unit,
    0,
  ]);
});

test('a pair is a checkpoint that the page opens: coarser curves, rounded weights, its tests', async () => {
  const file = join(folder, 'checkpoint.safetensors');
  const checkpoint = checkpointAt(300);
  await writeFile(file, await writeCheckpoint(checkpoint));
  const out = join(folder, 'pair.gz');
  const tested = { file, images: 2000, loss: 1.25, accuracy: 0.5 };
  await writeTrainedPair([tested, { ...tested, accuracy: 0.25 }], out);
  const pair = await readCheckpoint(new Uint8Array(gunzipSync(await readFile(out))));
  expect(pair.runs.map(({ colourIndex, step, lastTest }) => [colourIndex, step, lastTest])).toEqual(
    [
      [0, 300, { step: 300, images: 2000, accuracy: 0.5 }],
      [1, 300, { step: 300, images: 2000, accuracy: 0.25 }],
    ],
  );
  const [run] = pair.runs;
  const [saved] = checkpoint.runs;
  expect(run?.history.firstStep.length).toBeLessThanOrEqual(400);
  expect(run?.history.evaluations).toEqual([{ step: 299, loss: 1.25, accuracy: 0.5 }]);
  const [name = '', tensor] = [...(saved?.state.weights ?? [])][0] ?? [];
  expect(run?.state.weights.get(name)?.data).toEqual(toTenBits(tensor?.data ?? new Float32Array()));
});
