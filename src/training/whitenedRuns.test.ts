/** Runs whose first layer is made from their images. */
import { expect, test } from 'vitest';
import { openDataset } from '../data/dataset.ts';
import { CpuDevice } from '../engine/cpu/cpuDevice.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { DEFAULT_EXPORT } from '../weights/formats/registry.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { loadedImages } from './loadedImages.ts';
import { Run } from './run.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, tensors } from './testing/tinyRuns.ts';
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

test('is in no file before there are images', async () => {
  const harness = await harnessWith({ id: 'run', config });
  harness.send({ type: 'exportWeights', id: 'run', choice: DEFAULT_EXPORT });
  const { message } = await harness.until('exportFailed');
  expect(message).toContain('images, which have not arrived yet');
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
