import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { withoutShortcuts } from '../src/model/shortcuts.ts';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { SessionHarness, tinyConfig } from '../src/training/testing/sessionHarness.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const work = mkdtempSync(join(tmpdir(), 'residual-playground-checkpoint-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Everything with a state of its own: BatchNorm, dropout, momentum, warm-up and drops, augmentation. */
const config = tinyConfig({
  model: { dropout: 0.3, projection: 'B', stageWidths: [5, 7] },
  training: {
    steps: 8,
    optimizer: { momentum: 0.9, nesterov: true },
    learningRate: { type: 'step', base: 0.05, warmupSteps: 2, drops: [4, 6] },
  },
});

/** What `headless train … --out` a folder of this name left there. */
const filesOf = (name: string) => (path: string) => readFileSync(join(work, name, path));

/** As `npm run --silent headless -- train …`. */
async function train(name: string, ...args: string[]) {
  const { status, stderr } = await headless(
    'train',
    ...args,
    ...ON_PROCESSOR,
    '--out',
    join(work, name),
  );
  return { status, stderr, file: filesOf(name) };
}

/** The same in a process of its own. */
function trainInNewProcess(name: string, ...args: string[]) {
  const script = join(ROOT, 'scripts', 'headless.mjs');
  const command = [script, 'train', ...args, ...ON_PROCESSOR, '--out', join(work, name)];
  const options = { cwd: ROOT, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, command, options);
  return { status, stderr, file: filesOf(name) };
}

/** Everything in a checkpoint but times, and the name of the start, which no two have. */
async function contentOf(file: Uint8Array) {
  const { runs } = await readCheckpoint(file);
  return runs.map(({ elapsedMs: _, startId: ___, history, ...run }) => {
    const { columns, latest, ...measured } = history;
    const { elapsedMs: __, ...kept } = columns;
    return { ...run, measured, columns: kept, loss: latest?.loss };
  });
}

const lines = (file: Buffer) => file.toString('utf8').trimEnd().split('\n');

test('headless resumed in a new process goes on bit for bit', async () => {
  const file = join(work, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const whole = await train('whole', '--config', file);
  expect(whole.status, whole.stderr).toBe(0);
  const first = await train('first', '--config', file, '--steps', '3', '--checkpoint-every', '2');
  expect(first.status, first.stderr).toBe(0);
  const second = trainInNewProcess(
    'second',
    '--resume',
    join(work, 'first', 'checkpoint.safetensors'),
  );
  expect(second.status, second.stderr).toBe(0);

  const metrics = [...lines(first.file('metrics.jsonl')), ...lines(second.file('metrics.jsonl'))];
  expect(metrics).toHaveLength(8);
  expect(metrics).toEqual(lines(whole.file('metrics.jsonl')));
  expect(second.file('weights.safetensors').equals(whole.file('weights.safetensors'))).toBe(true);
  const path = 'checkpoint.safetensors';
  expect(await contentOf(second.file(path))).toEqual(await contentOf(whole.file(path)));

  // Into its own folder, from the checkpoint of step 3: what was written up to there stays.
  const own = await train('first', '--resume', join(work, 'first', path));
  expect(own.status, own.stderr).toBe(0);
  expect(lines(own.file('metrics.jsonl'))).toEqual(lines(whole.file('metrics.jsonl')));

  const again = await train('again', '--resume', join(work, 'second', path));
  expect(again.status).toBe(1);
  expect(again.stderr).toMatch(/8 of 8 steps are done: name more by --steps/);
});

test('a pair of the page goes on in headless, and a run of headless on the page', async () => {
  const harness = new SessionHarness();
  const runs = [
    { id: 'res', config, view: { name: 'Mine', colourIndex: 2 } },
    { id: 'plain', config: withoutShortcuts(config) },
  ];
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  const change = { kind: 'blockShortcut', block: 'layer2.0', on: false } as const;
  for (let step = 0; step < 3; step++) {
    if (step === 2) harness.send({ type: 'change', id: 'res', change });
    await harness.untilPaused({ type: 'step' });
  }
  const { bytes } = await harness.until(
    'checkpointFile',
    harness.send({ type: 'exportCheckpoint' }),
  );
  mkdirSync(join(work, 'page'));
  const file = join(work, 'page', 'pair.safetensors');
  writeFileSync(file, new Uint8Array(bytes));
  for (let step = 3; step < 5; step++) await harness.untilPaused({ type: 'step' });

  const unnamed = await train('unnamed', '--resume', file);
  expect(unnamed.stderr).toMatch(/holds 2 runs: 1 \(Mine\), 2 \(Plain-6\)\. Choose one by --run/);
  const done = await train('mine', '--resume', file, '--run', 'Mine', '--steps', '2');
  expect(done.status, done.stderr).toBe(0);
  const { tensors } = readSafetensors(done.file('weights.safetensors'));
  const onPage = readSafetensors(await harness.weights('res')).tensors;
  expect([...tensors]).toEqual([...onPage]);

  const back = new SessionHarness();
  await back.until('ready', back.send({ type: 'open', baseUrl: 'http://localhost/' }));
  const blob = new Blob([done.file('checkpoint.safetensors')]);
  const ids = ['a', 'b', 'c', 'd'];
  const resumed = await back.until('resumed', back.send({ type: 'resume', file: blob, ids }));
  expect(resumed.runs).toMatchObject([{ id: 'a', name: 'Mine', colourIndex: 2, step: 5 }]);
  expect([...(resumed.runs[0]?.history.lastStep ?? [])]).toEqual([0, 1, 2, 3, 4]);
  await harness.untilPaused({ type: 'step' });
  await back.untilPaused({ type: 'step' });
  expect(back.losses('a').get(5)).toBe(harness.losses('res').get(5));
  expect(readSafetensors(await back.weights('a')).tensors).toEqual(
    readSafetensors(await harness.weights('res')).tensors,
  );
});

test('a damaged file is refused by name', async () => {
  const file = join(work, 'damaged.safetensors');
  const bytes = readFileSync(join(work, 'first', 'checkpoint.safetensors'));
  writeFileSync(file, bytes.subarray(0, bytes.length - 1));
  const { status, stderr } = await train('damaged', '--resume', file);
  expect(status).toBe(1);
  expect(stderr).toMatch(/damaged\.safetensors: file is cut off/);
});
