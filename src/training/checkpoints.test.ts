import { expect, test, vi } from 'vitest';
import type { RunConfig } from '../model/config.ts';
import { plainTwin } from '../model/twin.ts';
import { readCheckpoint } from './checkpoint/read.ts';
import { Desk, tinyConfig } from './testing.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 240_000 });

const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const IDS = ['a', 'b', 'c', 'd'];

/** Everything with a state of its own: BatchNorm, dropout, momentum, warm-up and drops, augmentation. */
const residual = tinyConfig({
  model: { dropout: 0.3, projection: 'B', stageWidths: [5, 7] },
  training: {
    seed: 7,
    augment: { crop: true, flip: true },
    optimizer: { momentum: 0.9, nesterov: true },
    learningRate: { type: 'step', base: 0.05, warmupSteps: 3, drops: [5, 9] },
  },
});
const plain = plainTwin(residual);

type NamedRun = { id: string; config: RunConfig };
const PAIR: NamedRun[] = [
  { id: 'a', config: residual },
  { id: 'b', config: plain },
];

async function deskWith(runs: NamedRun[], ownDevice = false): Promise<Desk> {
  const desk = new Desk(ownDevice);
  desk.send(OPEN, { type: 'setRuns', runs });
  await desk.until('prepared', 0, ({ id }) => id === runs.at(-1)?.id);
  return desk;
}

async function steps(desk: Desk, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await desk.untilPaused({ type: 'step' });
}

/** Trains `count` steps; before the one at `cutAt` a shortcut is cut in run a. */
async function trainWithCut(desk: Desk, from: number, to: number, cutAt: number): Promise<void> {
  for (let step = from; step < to; step++) {
    if (step === cutAt) {
      const change = { kind: 'blockShortcut', block: 'layer2.0', on: false } as const;
      await desk.until('changed', desk.send({ type: 'change', id: 'a', change }));
    }
    await steps(desk, 1);
  }
}

async function checkpointOf(desk: Desk): Promise<Blob> {
  const { bytes } = await desk.until('checkpointFile', desk.send({ type: 'exportCheckpoint' }));
  return new Blob([bytes]);
}

async function resumed(file: Blob, ownDevice = true): Promise<Desk> {
  const desk = new Desk(ownDevice);
  await desk.until('ready', desk.send(OPEN));
  await desk.until('resumed', desk.send({ type: 'resume', file, ids: IDS }));
  return desk;
}

/** All tensors of a run, momentum and history included, as bytes. */
async function tensorsOf(desk: Desk): Promise<unknown> {
  const file = new Uint8Array(await (await checkpointOf(desk)).arrayBuffer());
  const { runs } = await readCheckpoint(file);
  return runs.map(({ state, history, step, config, marks }) => {
    const { elapsedMs: _, latest, ...measured } = history;
    return { state, step, config, marks, measured, loss: latest?.loss };
  });
}

test('a pair resumed on a new device goes on bit for bit, in lockstep, with its cut shortcut', async () => {
  const whole = await deskWith(PAIR);
  await trainWithCut(whole, 0, 12, 4);

  const first = await deskWith(PAIR, true);
  await trainWithCut(first, 0, 6, 4);
  const second = await resumed(await checkpointOf(first));
  expect(second.of('resumed')[0]).toMatchObject({
    otherAdapter: null,
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
