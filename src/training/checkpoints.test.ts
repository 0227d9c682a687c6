import { expect, test } from 'vitest';
import type { RunConfig } from '../model/config.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { folderOf } from '../storage/folder.ts';
import { readSafetensors } from '../weights/readSafetensors.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { FakeDirectory } from './checkpoint/testing/fakeDirectory.ts';
import { writeCheckpoint } from './checkpoint/write.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const IDS = ['a', 'b', 'c', 'd'];

/** Everything with a state of its own: BatchNorm, dropout, momentum, warm-up and drops, augmentation, mixup. */
const model = { dropout: 0.3, projection: 'B' as const, stageWidths: [5, 7] };
/** The runs share their batches. */
const batches = {
  seed: 7,
  augment: { crop: true, flip: 'alternating' as const, cutout: 4 },
  mixup: 0.3,
};
const residual = tinyConfig({
  model,
  training: {
    ...batches,
    optimizer: { momentum: 0.9, nesterov: true },
    learningRate: { type: 'step', base: 0.05, warmupSteps: 3, drops: [5, 9] },
  },
});
/** Its moments are two, and not all of its parameters decay. */
const plain = withoutShortcuts(
  tinyConfig({
    model,
    training: {
      ...batches,
      optimizer: { type: 'adamw', weightDecay: 0.1, beta2: 0.99 },
      decayNormAndBias: false,
      averageDecay: 0.3,
      learningRate: { type: 'oneCycle', base: 0.01, warmupSteps: 4 },
    },
  }),
);

type NamedRun = { id: string; config: RunConfig };
const PAIR: NamedRun[] = [
  { id: 'a', config: residual },
  { id: 'b', config: plain },
];

async function harnessWith(runs: NamedRun[]): Promise<SessionHarness> {
  const harness = new SessionHarness();
  harness.send(OPEN, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === runs.at(-1)?.id);
  return harness;
}

async function steps(harness: SessionHarness, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await harness.untilPaused({ type: 'step' });
}

/** Trains `count` steps; before the one at `cutAt` a shortcut is cut in run a. */
async function trainWithCut(
  harness: SessionHarness,
  from: number,
  to: number,
  cutAt: number,
): Promise<void> {
  for (let step = from; step < to; step++) {
    if (step === cutAt) {
      const change = { kind: 'blockShortcut', block: 'layer2.0', on: false } as const;
      await harness.until('changed', harness.send({ type: 'change', id: 'a', change }));
    }
    await steps(harness, 1);
  }
}

async function checkpointOf(harness: SessionHarness): Promise<Blob> {
  const { bytes } = await harness.until(
    'checkpointFile',
    harness.send({ type: 'exportCheckpoint' }),
  );
  return new Blob([bytes]);
}

async function resumed(file: Blob): Promise<SessionHarness> {
  const harness = new SessionHarness();
  await harness.until('ready', harness.send(OPEN));
  await harness.until('resumed', harness.send({ type: 'resume', file, ids: IDS }));
  return harness;
}

/** All tensors of a run, momentum and history included, as bytes. */
async function tensorsOf(harness: SessionHarness): Promise<unknown> {
  const file = new Uint8Array(await (await checkpointOf(harness)).arrayBuffer());
  const { runs } = await readCheckpoint(file);
  return runs.map(({ state, history, step, config, marks }) => {
    const { columns, latest, ...measured } = history;
    const { elapsedMs: _, ...kept } = columns;
    return { state, step, config, marks, measured, columns: kept, loss: latest?.loss };
  });
}

test('a pair resumed on a new device goes on bit for bit, in lockstep, with its cut shortcut', async () => {
  const whole = await harnessWith(PAIR);
  await trainWithCut(whole, 0, 12, 4);

  const first = await harnessWith(PAIR);
  await trainWithCut(first, 0, 6, 4);
  const second = await resumed(await checkpointOf(first));
  expect(second.of('resumed')[0]).toMatchObject({
    otherAdapter: null,
    otherKernels: false,
    runs: [
      { id: 'a', step: 6, marks: [{ step: 4, label: 'layer2.0 shortcut cut' }] },
      { id: 'b', step: 6, marks: [] },
    ],
  });
  expect(second.of('resumed')[0]?.runs[0]?.config.model.cutShortcuts).toEqual(['layer2.0']);
  await steps(second, 6);

  for (const id of ['a', 'b']) {
    const losses = whole.losses(id);
    expect(losses.size).toBe(12);
    for (const [step, loss] of second.losses(id))
      expect(loss, `step ${step}`).toBe(losses.get(step));
    expect([...second.losses(id).keys()]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(await second.weights(id)).toEqual(await whole.weights(id));
  }
  expect(await tensorsOf(second)).toEqual(await tensorsOf(whole));
});

test('what is kept at a pause is offered on the next visit, and goes on from there', async () => {
  const directory = new FakeDirectory();
  const page = directory.page();
  const first = new SessionHarness({ keeper: { folder: async () => folderOf(page.handle) } });
  first.send(OPEN, { type: 'setRuns', runs: [{ id: 'a', config: plain }] });
  await steps(first, 2);
  const kept = await first.until('checkpointKept', 0, ({ step }) => step === 2);
  expect(kept.bytes).toBeGreaterThan(1000);
  await steps(first, 2);
  await first.until('checkpointKept', 0, ({ step }) => step === 4);
  page.close();

  const second = new SessionHarness({ keeper: { folder: async () => folderOf(directory.handle) } });
  const { offer } = await second.until('checkpointFound', second.send(OPEN));
  expect(offer?.runs).toEqual([{ name: 'Plain-6', step: 4, steps: 1000 }]);
  const from = second.send({ type: 'resume', file: null, ids: IDS });
  await second.until('resumed', from);
  expect(await second.until('checkpointFound', from)).toMatchObject({ offer: null });
  expect(await second.weights('a')).toEqual(await first.weights('a'));
});

test('which runs there are is kept at once, though no step has been made since', async () => {
  const directory = new FakeDirectory();
  const page = directory.page();
  const first = new SessionHarness({ keeper: { folder: async () => folderOf(page.handle) } });
  first.send(OPEN, { type: 'setRuns', runs: PAIR });
  await first.until('prepared', 0, ({ id }) => id === 'b');
  expect(first.of('checkpointKept')).toEqual([]);
  await steps(first, 1);
  await first.until('checkpointKept');
  const from = first.send({ type: 'setRuns', runs: PAIR.slice(1) });
  await first.until('checkpointKept', from);
  page.close();

  const second = new SessionHarness({ keeper: { folder: async () => folderOf(directory.handle) } });
  const { offer } = await second.until('checkpointFound', second.send(OPEN));
  expect(offer?.runs.map(({ step }) => step)).toEqual([1]);
});

test('weights of a file are kept before the first step, for a page that is reloaded', async () => {
  const directory = new FakeDirectory();
  const page = directory.page();
  const first = new SessionHarness({ keeper: { folder: async () => folderOf(page.handle) } });
  first.send(OPEN, { type: 'setRuns', runs: PAIR });
  await first.until('prepared', 0, ({ id }) => id === 'b');
  const { tensors } = readSafetensors(await first.weights('b'));
  const given = [...tensors].map(([name, { shape, data }]) => {
    if (!(data instanceof Float32Array)) throw new Error(`${name} is no float32`);
    return { name, shape, data: data.map((value) => value / 2) };
  });
  const source = 'half.pth';
  const from = first.send({ type: 'loadWeights', id: 'b', source, tensors: given });
  const { startId } = await first.until('weightsLoaded', from);
  const { lineage } = await first.until('checkpointKept', from, ({ step }) => step === 0);
  page.close();

  const second = new SessionHarness({ keeper: { folder: async () => folderOf(directory.handle) } });
  const found = await second.until('checkpointFound', second.send({ ...OPEN, lineage }));
  expect(found.offer?.lineage).toBe(lineage);
  const asked = second.send({ type: 'resume', file: null, ids: IDS });
  const { runs } = await second.until('resumed', asked);
  expect(runs.map((run) => [run.step, run.marks.length])).toEqual([
    [0, 0],
    [0, 1],
  ]);
  expect(runs[1]?.startId).toBe(startId);
  const prepared = await second.until('prepared', asked, ({ id }) => id === 'b');
  expect(prepared.weightsFrom).toBe(source);
  expect(await second.weights('b')).toEqual(await first.weights('b'));
  const reset = second.send({ type: 'reset' });
  const kept = await second.until('checkpointKept', reset);
  expect([kept.step, kept.lineage === lineage]).toEqual([0, false]);
});

test('a file that is no checkpoint, or does not fit the images here, changes nothing', async () => {
  const harness = await harnessWith(PAIR);
  await steps(harness, 1);
  const before = await harness.weights('a');
  const refused = async (file: Blob) =>
    (await harness.until('checkpointFailed', harness.send({ type: 'resume', file, ids: IDS })))
      .message;
  expect(await refused(new Blob(['{}']))).toMatch(/not a safetensors file.* Nothing was changed/);
  expect(await refused(new Blob([Uint8Array.from(before)]))).toMatch(/it holds weights alone/);

  const { bytes } = await harness.until(
    'checkpointFile',
    harness.send({ type: 'exportCheckpoint' }),
  );
  const saved = await readCheckpoint(new Uint8Array(bytes));
  const images = { title: 'Synthetic shapes', isCifar10: true, train: 250 };
  const runs = saved.runs.map((run) => ({ ...run, images }));
  expect(await refused(new Blob([await writeCheckpoint({ ...saved, runs })]))).toMatch(
    /It was trained on 250 images of Synthetic shapes; here are 250 of/,
  );
  expect(await harness.weights('a')).toEqual(before);
  await steps(harness, 1);
  expect([...harness.losses('a').keys()]).toEqual([0, 1]);
});
