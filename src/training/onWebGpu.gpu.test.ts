/** What sessions do on WebGPU that depends on it: its device is lost, and its kernels are part of a checkpoint. */
import { expect, test, vi } from 'vitest';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { writeCheckpoint } from './checkpoint/write.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const IDS = ['res', 'plain', 'c', 'd'];

const residual = tinyConfig({
  model: { dropout: 0.3, projection: 'B', stageWidths: [5, 7] },
  training: { seed: 7, augment: { crop: true, flip: true } },
});
const PAIR = [
  { id: 'res', config: residual },
  { id: 'plain', config: withoutShortcuts(residual) },
];

const onWebGpu = (isDeviceOwn = false) => new SessionHarness({ engine: 'webgpu', isDeviceOwn });

async function prepared(harness: SessionHarness): Promise<SessionHarness> {
  harness.send(OPEN, { type: 'setRuns', runs: PAIR });
  await harness.until('prepared', 0, ({ id }) => id === 'plain');
  return harness;
}

async function steps(harness: SessionHarness, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await harness.untilPaused({ type: 'step' });
}

async function resumed(harness: SessionHarness, file: Blob) {
  await harness.until('ready', harness.send(OPEN));
  return harness.until('resumed', harness.send({ type: 'resume', file, ids: IDS }));
}

test('a pair goes on to the same bits on a new device: after a loss, and from a checkpoint', async () => {
  const whole = await prepared(onWebGpu());
  await steps(whole, 5);
  const lost = await prepared(onWebGpu(true));
  await steps(lost, 2);
  const from = lost.send({ type: 'loseDevice' });
  expect(await lost.until('deviceLost', from)).toMatchObject({ lastSnapshotStep: 2 });
  const again = lost.send({ type: 'recover' });
  await lost.until('restored', again, ({ id }) => id === 'plain');
  await lost.until('state', again, ({ state }) => state === 'paused');
  await steps(lost, 1);
  const { bytes } = await lost.until('checkpointFile', lost.send({ type: 'exportCheckpoint' }));
  await steps(lost, 2);
  for (const { id } of PAIR) expect(lost.losses(id)).toEqual(whole.losses(id));

  const second = onWebGpu();
  expect(await resumed(second, new Blob([bytes]))).toMatchObject({
    otherAdapter: null,
    otherKernels: false,
  });
  await steps(second, 2);
  for (const { id } of PAIR) expect(await second.weights(id)).toEqual(await whole.weights(id));

  const checkpoint = await readCheckpoint(new Uint8Array(bytes));
  const runs = checkpoint.runs.map((run) => ({ ...run, kernelChoices: { gone: 'direct/x' } }));
  const older = new Blob([await writeCheckpoint({ ...checkpoint, runs })]);
  expect(await resumed(onWebGpu(), older)).toMatchObject({
    otherAdapter: null,
    otherKernels: true,
  });
});
