/** A run that was changed by hand, stopped and resumed is trained again from its record, to the bit. */
import { expect, test } from 'vitest';
import { openDataset } from '../data/dataset.ts';
import { CpuDevice } from '../engine/cpu/cpuDevice.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { loadedImages } from './loadedImages.ts';
import { replayOfStart, withMade } from './replayConfig.ts';
import { Run } from './run.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { type Claim, checkImages, claimOfRun, retrain, UnverifiableError } from './verification.ts';

const config = tinyConfig({ training: { steps: 6, learningRate: 0.05 } });
const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;

async function sessionWith(wanted = config): Promise<SessionHarness> {
  const harness = new SessionHarness();
  harness.send(OPEN, { type: 'setRuns', runs: [{ id: 'run', config: wanted }] });
  await harness.until('prepared');
  return harness;
}

const stepped = (harness: SessionHarness) => harness.untilPaused({ type: 'step' });

/** The session's runs as a checkpoint file. */
async function fileOf(harness: SessionHarness): Promise<ArrayBuffer> {
  return (await harness.until('checkpointFile', harness.send({ type: 'exportCheckpoint' }))).bytes;
}

async function savedRun(file: ArrayBuffer) {
  const [saved] = (await readCheckpoint(new Uint8Array(file))).runs;
  if (saved === undefined) throw new Error('no run');
  return saved;
}

async function again({ config: wanted, steps }: Claim): Promise<string> {
  const device = new CpuDevice({ workers: [], arithmetic: 'fast' });
  const request = { ...wanted.data, test: 0, seed: wanted.training.seed };
  const dataset = openDataset(request, { baseUrl: null });
  const images = await loadedImages(device, dataset, wanted);
  await images.prepare(steps);
  const onProgress = () => undefined;
  return retrain(new Run('again', wanted), steps, { device, images, onProgress });
}

test('changes made by hand are made again on their steps, also behind a checkpoint', async () => {
  const before = await sessionWith();
  await stepped(before);
  before.send({ type: 'change', id: 'run', change: { kind: 'shortcuts', on: false } });
  await stepped(before);
  before.send({ type: 'change', id: 'run', change: { kind: 'learningRate', learningRate: 0.2 } });
  const file = new Blob([await fileOf(before)]);

  const harness = new SessionHarness();
  harness.send(OPEN);
  await harness.until('ready');
  harness.send({ type: 'resume', file, ids: ['run'] });
  await harness.until('resumed');
  await harness.untilPaused({ type: 'train' });

  const { finalWeights } = await harness.until('finished');
  expect(finalWeights.replay?.training.changes).toEqual([
    { step: 1, change: { kind: 'shortcuts', on: false } },
    { step: 2, change: { kind: 'learningRate', learningRate: 0.2 } },
  ]);
  const claim = await claimOfRun(await savedRun(await fileOf(harness)));
  expect(claim).toMatchObject({ steps: 6, weightsSha256: finalWeights.sha256 });
  expect(await again(claim)).toBe(finalWeights.sha256);
  const { changes: _, ...training } = claim.config.training;
  expect(await again({ ...claim, config: { ...claim.config, training } })).not.toBe(
    finalWeights.sha256,
  );
});

test('a reset forgets what was changed', async () => {
  const harness = await sessionWith();
  await stepped(harness);
  harness.send({ type: 'change', id: 'run', change: { kind: 'learningRate', learningRate: 0.1 } });
  harness.send({ type: 'reset' });
  await harness.untilPaused({ type: 'train' });
  const { finalWeights } = await harness.until('finished');
  expect(finalWeights.replay?.training).toMatchObject({ learningRate: 0.1 });
  expect(finalWeights.replay?.training.changes).toBeUndefined();
});

test('steps on another engine, or weights of a file, can’t be verified', async () => {
  const harness = await sessionWith();
  await stepped(harness);
  const saved = await savedRun(await fileOf(harness));
  expect(saved.arithmetic).toBe('exact');
  const switched = harness.send({ type: 'useEngine', engine: 'tfjs-wasm' });
  await harness.until('ready', switched);
  await stepped(harness);
  const mixed = await savedRun(await fileOf(harness));
  expect(mixed.arithmetic).toBeUndefined();
  await expect(claimOfRun(mixed)).rejects.toThrow(UnverifiableError);

  const { weights } = saved.state;
  const imported = { source: 'net.pth', weights };
  await expect(claimOfRun({ ...saved, imported })).rejects.toThrow('net.pth');
  const { replay: _, ...unknown } = saved;
  await expect(claimOfRun(unknown)).rejects.toThrow('can’t be trained again');
  await expect(claimOfRun({ ...saved, kernelChoices: { revision: '0' } })).rejects.toThrow(
    'revision 0',
  );
});

test('images that stood in for CIFAR-10 are drawn again; others are refused', async () => {
  const harness = await sessionWith();
  await stepped(harness);
  const saved = await savedRun(await fileOf(harness));
  if (saved.replay === undefined) throw new Error('no replay');
  const replay = { ...saved.replay, data: { ...saved.replay.data, source: 'cifar10' as const } };
  const claim = await claimOfRun({ ...saved, replay });
  expect(claim.config.data.source).toBe('synthetic');
  const here = { title: 'CIFAR-10 (this server)', isCifar10: true, train: 250 };
  expect(() => checkImages(claim, here)).toThrow('Synthetic shapes');
});

test('a config has room for 100 changes; those behind the step it went back to are void', () => {
  const change = { kind: 'shortcuts', on: true } as const;
  const start = replayOfStart({
    ...config,
    training: { ...config.training, changes: [{ step: 3, change }] },
  });
  expect(start.training.changes).toBeUndefined();
  let full = start;
  for (let step = 0; step < 100; step++) full = withMade(full, step, change) ?? start;
  expect(full.training.changes).toHaveLength(100);
  expect(withMade(full, 100, change)).toBeNull();
  expect(withMade(full, 4, change)?.training.changes?.map(({ step }) => step)).toEqual([
    0, 1, 2, 3, 4, 4,
  ]);
});
