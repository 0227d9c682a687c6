import { expect, test } from 'vitest';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import type { RunId } from '../runIdentity.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import type { Study } from './study.ts';

const residual = tinyConfig();
const plain = withoutShortcuts(residual);

const lesions = (run: RunId, sets: string[][] = [[], ['layer1.0']]): Study => ({
  kind: 'lesions',
  of: { run },
  images: 50,
  sets,
});
/** Enough rounds to do something in between. */
const long = (run: RunId) =>
  lesions(
    run,
    Array.from({ length: 1000 }, () => ['layer1.0']),
  );

async function trained(harness: SessionHarness = new SessionHarness()): Promise<SessionHarness> {
  harness.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    {
      type: 'setRuns',
      runs: [
        { id: 'res', config: residual },
        { id: 'plain', config: plain },
      ],
    },
  );
  await harness.until('prepared', 0, ({ id }) => id === 'plain');
  await harness.untilPaused({ type: 'step' });
  await harness.untilImagesArrived();
  return harness;
}

test('a net without lesions scores as its test does, to the bit; the run stays as it was', async () => {
  const harness = await trained();
  const from = harness.send({ type: 'evaluate', id: 'res' });
  const { loss, accuracy } = await harness.until('evaluated', from, ({ id }) => id === 'res');
  const before = await harness.weights('res');
  harness.send({ type: 'study', key: 'a', study: lesions('res') });
  const { step, result } = await harness.until('studyDone', from);
  expect(step).toBe(1);
  expect(result).toMatchObject({ kind: 'lesions', images: 50 });
  const [whole, cut] = result.kind === 'lesions' ? result.rows : [];
  expect(whole).toEqual({ blocks: [], loss, accuracy });
  expect(cut?.blocks).toEqual(['layer1.0']);
  expect(cut?.loss).not.toBe(loss);
  expect(await harness.weights('res')).toEqual(before);
});

test('training goes on beside a study, which keeps to the weights it was asked for', async () => {
  const harness = await trained();
  const study = lesions('res');
  const asked = harness.send({ type: 'study', key: 'now', study });
  const expected = await harness.until('studyDone', asked);

  const from = harness.send(
    { type: 'study', key: 'long', study: long('plain') },
    { type: 'train' },
  );
  harness.send({ type: 'study', key: 'early', study });
  await harness.until('metrics', from, ({ batch }) => (batch.step.at(-1) ?? 0) >= 5);
  await harness.until(
    'studyProgress',
    from,
    ({ done, partial }) => done > 0 && partial !== undefined,
  );
  harness.send({ type: 'cancelStudy', key: 'long' });
  expect(await harness.until('studyCancelled', from)).toMatchObject({ key: 'long' });
  const early = await harness.until('studyDone', from);
  await harness.untilPausedNow({ type: 'pause' });
  expect(early.key).toBe('early');
  expect(early.step).toBeLessThan(5);
  if (early.step === 1) expect(early.result).toEqual(expected.result);
  expect(harness.of('studyDone', from)).toHaveLength(1);

  // Training beside the study gives what training without it gives.
  const losses = harness.losses('res');
  const again = harness.send({ type: 'reset' }, { type: 'train' });
  await harness.until('metrics', again, ({ batch }) => (batch.step.at(-1) ?? 0) >= losses.size);
  await harness.untilPausedNow({ type: 'pause' });
  const repeated = harness.losses('res', again);
  for (const [step, loss] of losses) expect(repeated.get(step)).toBe(loss);
});

test('the same question gets the same answer', async () => {
  const harness = await trained();
  const results = [];
  for (const key of ['first', 'second']) {
    harness.send({ type: 'study', key, study: lesions('plain') });
    results.push((await harness.until('studyDone', 0, (event) => event.key === key)).result);
  }
  expect(results[1]).toEqual(results[0]);
});

test('a study ends when its run is removed, and says so; others go on', async () => {
  const harness = await trained();
  const from = harness.send(
    { type: 'study', key: 'a', study: long('plain') },
    { type: 'study', key: 'b', study: lesions('res') },
  );
  await harness.until('studyProgress', from, ({ done }) => done > 0);
  harness.send({ type: 'setRuns', runs: [{ id: 'res', config: residual }] });
  expect(await harness.until('studyFailed', from)).toMatchObject({
    key: 'a',
    message: 'Its run was removed or rebuilt in the meantime.',
  });
  expect(await harness.until('studyDone', from)).toMatchObject({ key: 'b' });
  const late = harness.send({ type: 'study', key: 'c', study: lesions('plain') });
  expect(await harness.until('studyFailed', late)).toMatchObject({
    key: 'c',
    message: 'This run no longer exists.',
  });
});

test('a block that is not there fails the study and nothing else', async () => {
  const harness = await trained();
  const from = harness.send({ type: 'study', key: 'a', study: lesions('res', [['layer9.0']]) });
  const { message } = await harness.until('studyFailed', from);
  expect(message).toBe('No such block among layer9.0');
  await harness.untilPaused({ type: 'step' });
});

test('a lost device fails the study; after recovery it can be asked for again', async () => {
  const harness = await trained(new SessionHarness({ isDeviceOwn: true }));
  const from = harness.send({ type: 'study', key: 'a', study: long('res') });
  await harness.until('studyProgress', from, ({ done }) => done > 0);
  harness.send({ type: 'loseDevice' });
  expect((await harness.until('studyFailed', from)).message).toMatch(/^The engine was lost/);
  await harness.until('deviceLost', from);
  const sent = harness.send({ type: 'study', key: 'b', study: lesions('res') });
  expect((await harness.until('studyFailed', sent)).message).toMatch(/^There is no engine/);
  const again = harness.send({ type: 'recover' });
  await harness.until('restored', again);
  harness.send({ type: 'study', key: 'c', study: lesions('res') });
  expect(await harness.until('studyDone', again)).toMatchObject({ key: 'c', step: 1 });
});

test('pause and train are served while a study is under way', async () => {
  const harness = await trained();
  const from = harness.send({ type: 'study', key: 'a', study: long('res') });
  await harness.until('studyProgress', from, ({ done }) => done > 0);
  const startMs = performance.now();
  const trainFrom = harness.send({ type: 'train' });
  await harness.until('metrics', trainFrom);
  await harness.untilPausedNow({ type: 'pause' });
  expect(performance.now() - startMs).toBeLessThan(5000);
  expect(harness.of('studyDone', from)).toEqual([]);
  harness.send({ type: 'cancelStudy', key: 'a' });
  await harness.until('studyCancelled', from);
});

test('one that is cancelled while it is being set up never runs', async () => {
  const harness = await trained();
  const from = harness.send(
    { type: 'study', key: 'a', study: long('res') },
    { type: 'cancelStudy', key: 'a' },
    { type: 'study', key: 'b', study: lesions('res') },
  );
  expect(await harness.until('studyCancelled', from)).toMatchObject({ key: 'a' });
  expect(await harness.until('studyDone', from)).toMatchObject({ key: 'b' });
  expect(harness.of('studyDone', from)).toHaveLength(1);
});
