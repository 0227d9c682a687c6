import { expect, test, vi } from 'vitest';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import type { RunId } from '../protocol.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import type { Study } from './registry.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const residual = tinyConfig();
const plain = withoutShortcuts(residual);

const lesions = (run: RunId, sets: string[][] = [[], ['layer1.0']]): Study => ({
  kind: 'lesions',
  of: { run },
  images: 50,
  sets,
});
/** Enough rounds to do something meanwhile. */
const long = (run: RunId) =>
  lesions(
    run,
    Array.from({ length: 1000 }, () => ['layer1.0']),
  );

async function trained(desk: SessionHarness = new SessionHarness()): Promise<SessionHarness> {
  desk.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    {
      type: 'setRuns',
      runs: [
        { id: 'res', config: residual },
        { id: 'plain', config: plain },
      ],
    },
  );
  await desk.until('prepared', 0, ({ id }) => id === 'plain');
  await desk.untilPaused({ type: 'step' });
  return desk;
}

test('a net without lesions scores as its test does, to the bit; the run stays as it was', async () => {
  const desk = await trained();
  const from = desk.send({ type: 'evaluate', id: 'res' });
  const { loss, accuracy } = await desk.until('evaluated', from, ({ id }) => id === 'res');
  const before = await desk.weights('res');
  desk.send({ type: 'study', key: 'a', study: lesions('res') });
  const { step, result } = await desk.until('studyDone', from);
  expect(step).toBe(1);
  expect(result).toMatchObject({ kind: 'lesions', images: 50 });
  const [whole, cut] = result.kind === 'lesions' ? result.rows : [];
  expect(whole).toEqual({ blocks: [], loss, accuracy });
  expect(cut?.blocks).toEqual(['layer1.0']);
  expect(cut?.loss).not.toBe(loss);
  expect(await desk.weights('res')).toEqual(before);
});

test('training goes on beside a study, which keeps to the weights it was asked for', async () => {
  const desk = await trained();
  const study = lesions('res');
  const asked = desk.send({ type: 'study', key: 'now', study });
  const expected = await desk.until('studyDone', asked);

  const from = desk.send({ type: 'study', key: 'long', study: long('plain') }, { type: 'train' });
  desk.send({ type: 'study', key: 'early', study });
  await desk.until('metrics', from, ({ batch }) => (batch.step.at(-1) ?? 0) >= 5);
  await desk.until('studyProgress', from, ({ done, partial }) => done > 0 && partial !== undefined);
  desk.send({ type: 'cancelStudy', key: 'long' });
  expect(await desk.until('studyCancelled', from)).toMatchObject({ key: 'long' });
  const early = await desk.until('studyDone', from);
  await desk.untilPausedNow({ type: 'pause' });
  expect(early.key).toBe('early');
  expect(early.step).toBeLessThan(5);
  if (early.step === 1) expect(early.result).toEqual(expected.result);
  expect(desk.of('studyDone', from)).toHaveLength(1);

  // What was trained meanwhile is what is trained without.
  const losses = desk.losses('res');
  const again = desk.send({ type: 'reset' }, { type: 'train' });
  await desk.until('metrics', again, ({ batch }) => (batch.step.at(-1) ?? 0) >= losses.size);
  await desk.untilPausedNow({ type: 'pause' });
  const repeated = desk.losses('res', again);
  for (const [step, loss] of losses) expect(repeated.get(step)).toBe(loss);
});

test('the same question gets the same answer', async () => {
  const desk = await trained();
  const results = [];
  for (const key of ['first', 'second']) {
    desk.send({ type: 'study', key, study: lesions('plain') });
    results.push((await desk.until('studyDone', 0, (event) => event.key === key)).result);
  }
  expect(results[1]).toEqual(results[0]);
});

test('a study ends when its run is removed, and says so; others go on', async () => {
  const desk = await trained();
  const from = desk.send(
    { type: 'study', key: 'a', study: long('plain') },
    { type: 'study', key: 'b', study: lesions('res') },
  );
  await desk.until('studyProgress', from, ({ done }) => done > 0);
  desk.send({ type: 'setRuns', runs: [{ id: 'res', config: residual }] });
  expect(await desk.until('studyFailed', from)).toMatchObject({
    key: 'a',
    message: 'Its run was removed or built anew meanwhile.',
  });
  expect(await desk.until('studyDone', from)).toMatchObject({ key: 'b' });
  const late = desk.send({ type: 'study', key: 'c', study: lesions('plain') });
  expect(await desk.until('studyFailed', late)).toMatchObject({
    key: 'c',
    message: 'There is no such run any more.',
  });
});

test('a block that is not there fails the study and nothing else', async () => {
  const desk = await trained();
  const from = desk.send({ type: 'study', key: 'a', study: lesions('res', [['layer9.0']]) });
  const { message } = await desk.until('studyFailed', from);
  expect(message).toBe('No such block among layer9.0');
  await desk.untilPaused({ type: 'step' });
});

test('a lost device fails the study; after recovery it can be asked for again', async () => {
  const desk = await trained(new SessionHarness(true));
  const from = desk.send({ type: 'study', key: 'a', study: long('res') });
  await desk.until('studyProgress', from, ({ done }) => done > 0);
  desk.send({ type: 'loseDevice' });
  expect((await desk.until('studyFailed', from)).message).toMatch(/^The graphics device was lost/);
  await desk.until('deviceLost', from);
  const meanwhile = desk.send({ type: 'study', key: 'b', study: lesions('res') });
  expect((await desk.until('studyFailed', meanwhile)).message).toMatch(/^There is no graphics/);
  const again = desk.send({ type: 'recover' });
  await desk.until('restored', again);
  desk.send({ type: 'study', key: 'c', study: lesions('res') });
  expect(await desk.until('studyDone', again)).toMatchObject({ key: 'c', step: 1 });
});

test('pause and train are served while a study is under way', async () => {
  const desk = await trained();
  const from = desk.send({ type: 'study', key: 'a', study: long('res') });
  await desk.until('studyProgress', from, ({ done }) => done > 0);
  const startMs = performance.now();
  const trainFrom = desk.send({ type: 'train' });
  await desk.until('metrics', trainFrom);
  await desk.untilPausedNow({ type: 'pause' });
  expect(performance.now() - startMs).toBeLessThan(5000);
  expect(desk.of('studyDone', from)).toEqual([]);
  desk.send({ type: 'cancelStudy', key: 'a' });
  await desk.until('studyCancelled', from);
});
