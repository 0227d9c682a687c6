/** Runs whose first layer is made from their images. */
import { expect, test } from 'vitest';
import { openDataset } from '../data/dataset.ts';
import { syntheticSource } from '../data/syntheticSource.ts';
import { CpuDevice } from '../engine/cpu/cpuDevice.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { DEFAULT_EXPORT } from '../weights/formats/registry.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { loadedImages } from './loadedImages.ts';
import { Run } from './run.ts';
import { cifarLike } from './testing/cifarLike.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, prepared, tensors } from './testing/tinyRuns.ts';
import { claimOfRun, retrain } from './verification.ts';

const config = tinyConfig({
  model: { whitening: true },
  training: { steps: 4, averageDecay: 0.5, optimizer: { weightDecay: 0.1 } },
});
const runs = [
  { id: 'residual', config },
  { id: 'plain', config: withoutShortcuts(config) },
];
const FIRST = 'conv1.weight';

const hashes = (harness: SessionHarness) =>
  harness.of('finished').map(({ finalWeights }) => finalWeights.sha256);

test('starts alike before and after the images have arrived, and stays as it began', async () => {
  const early = await harnessWith(...runs);
  await early.untilPaused({ type: 'train' });

  const late = await harnessWith(...runs);
  await late.untilPaused({ type: 'step' });
  await late.untilImagesArrived();
  const first = (await tensors(late, 'residual')).get(FIRST)?.data;
  late.send({ type: 'reset' });
  await late.untilPaused({ type: 'train' });
  expect(hashes(late)).toEqual(hashes(early));
  expect(hashes(early)).toHaveLength(2);

  for (const id of ['residual', 'plain']) {
    const { data } = (await tensors(early, id)).get(FIRST) ?? {};
    expect(data).toEqual(first);
  }
});

test('is a run’s own: beside a twin without one, and switched off and on again', async () => {
  const { whitening: _, ...model } = config.model;
  const first = { id: 'whitened', config };
  const second = { id: 'drawn', config: { ...config, model } };
  const trained = async (...alone: typeof runs) => {
    const harness = await harnessWith(...alone);
    await harness.untilPaused({ type: 'train' });
    return hashes(harness);
  };
  const wanted = [...(await trained(first)), ...(await trained(second))];
  expect(wanted[0]).not.toBe(wanted[1]);

  const harness = await harnessWith(first, second);
  await harness.untilPaused({ type: 'step' });
  const off = { ...first, config: second.config };
  harness.send({ type: 'reset' }, { type: 'setRuns', runs: [off, second] });
  const from = harness.send({ type: 'setRuns', runs: [first, second] });
  await harness.until('prepared', from, ({ id }) => id === 'whitened');
  await harness.untilPaused({ type: 'train' });
  expect(hashes(harness)).toEqual(wanted);
});

test('is in no file before there are images', async () => {
  const harness = await harnessWith({ id: 'run', config });
  harness.send({ type: 'exportWeights', id: 'run', choice: DEFAULT_EXPORT });
  const { message } = await harness.until('exportFailed');
  expect(message).toContain('images, which have not arrived yet');
});

test('is made anew where CIFAR-10 takes the place of the shapes that stood in for it', async () => {
  const onCifar = {
    ...config,
    data: { ...config.data, source: 'cifar10', train: 20, test: 10 },
  } as const;
  const { data, training } = onCifar;
  const load = { type: 'loadData', data, seed: training.seed } as const;
  const started = (isThere: () => boolean) =>
    prepared(new SessionHarness({ sources: [cifarLike(isThere), syntheticSource] }), [
      { id: 'run', config: onCifar },
    ]);
  const first = async (harness: SessionHarness) => (await tensors(harness, 'run')).get(FIRST)?.data;
  const wanted = await started(() => true);
  await wanted.untilPaused({ type: 'train' });

  let isThere = false;
  const late = await started(() => isThere);
  late.send(load);
  await late.untilImagesArrived();
  const ofShapes = await first(late);
  isThere = true;
  const from = late.send(load);
  await late.until('data', from, ({ info, progress }) => info.isCifar10 && progress.done);
  expect(await first(late)).toEqual(await first(wanted));
  expect(await first(late)).not.toEqual(ofShapes);
  await late.untilPaused({ type: 'train' });
  expect(hashes(late)).toEqual(hashes(wanted));
});

test('outlives a divergence before the first snapshot, also in a file, until a reset', async () => {
  const filters = new Float32Array(4 * 27).fill(0.25);
  const first = async (run: Run) => (await run.state()).weights.get(FIRST)?.data;
  const run = new Run('run', config);
  expect(run.awaitsImages).toBe(true);
  run.whiten(filters);
  run.step = 3;
  run.status = 'diverged';
  run.rewind(run.lastGoodSnapshot.current);
  expect([run.step, run.awaitsImages, await first(run)]).toEqual([0, false, filters]);

  const back = new Run('back', config);
  back.resume(run.saved(null, 0));
  expect([back.step, back.awaitsImages, await first(back)]).toEqual([0, false, filters]);
  back.abandonDevice();
  expect([back.awaitsImages, await first(back)]).toEqual([false, filters]);
  back.reset();
  expect(back.awaitsImages).toBe(true);
});

test('is there before anything is predicted, each from the images of its own run', async () => {
  const other = { ...config, training: { ...config.training, seed: 2 } };
  const both = [...runs.slice(0, 1), { id: 'other', config: other }];
  const predict = { type: 'predict', images: [0, 3] } as const;
  const early = await harnessWith(...both);
  early.send(predict);
  const { predictions } = await early.until('predicted');

  const late = await harnessWith(...both);
  await late.untilPaused({ type: 'step' });
  const from = late.send({ type: 'reset' }, predict);
  expect((await late.until('predicted', from)).predictions).toEqual(predictions);
  expect(predictions.map(({ id, image }) => [id, image])).toEqual([
    ['residual', 0],
    ['residual', 3],
    ['other', 0],
    ['other', 3],
  ]);
});

test('is the same after a checkpoint, and when the run is verified', async () => {
  const before = await harnessWith({ id: 'run', config });
  await before.untilPaused({ type: 'step' });
  const from = before.send({ type: 'exportCheckpoint' });
  const { bytes } = await before.until('checkpointFile', from);
  await before.untilPaused({ type: 'train' });

  const after = new SessionHarness();
  after.send({ type: 'open', baseUrl: 'http://localhost/' });
  await after.until('ready');
  after.send({ type: 'resume', file: new Blob([bytes]), ids: ['run'] });
  await after.until('resumed');
  await after.untilPaused({ type: 'train' });
  expect(hashes(after)).toEqual(hashes(before));

  const end = after.send({ type: 'exportCheckpoint' });
  const file = await after.until('checkpointFile', end);
  const [saved] = (await readCheckpoint(new Uint8Array(file.bytes))).runs;
  if (saved === undefined) throw new Error('no run');
  const claim = await claimOfRun(saved);
  const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
  const dataset = openDataset({ ...claim.config.data, test: 0, seed: 0 }, { baseUrl: null });
  const images = await loadedImages(device, dataset, claim.config);
  await images.prepare(claim.steps);
  const again = { device, images, onProgress: () => undefined };
  expect(await retrain(new Run('again', claim.config), claim.steps, again)).toBe(
    claim.weightsSha256,
  );
});
