/** Runs whose device is lost, and what they do on the next one. */
import { expect, test } from 'vitest';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, plain, prepared, residual, steps, tensors } from './testing/tinyRuns.ts';

test('after a lost device every run goes on from its last snapshot, with the same losses', async () => {
  const runs = [{ id: 'res', config: residual }];
  const whole = await harnessWith(...runs);
  const lost = await prepared(new SessionHarness({ isDeviceOwn: true }), runs);
  await steps(whole, 4);
  await steps(lost, 2);
  const from = lost.send({ type: 'loseDevice' });
  expect(await lost.until('deviceLost', from)).toMatchObject({ lastSnapshotStep: 2 });
  expect((await tensors(lost, 'res')).size).toBeGreaterThan(0);
  const again = lost.send({ type: 'recover' });
  expect(await lost.until('restored', again)).toMatchObject({ id: 'res', step: 2 });
  await lost.until('state', again, ({ state }) => state === 'paused');
  await steps(lost, 2);
  expect(lost.losses('res')).toEqual(whole.losses('res'));
});

test('runs lost in the midst of training come back in lockstep, at the last change', async () => {
  const harness = await prepared(new SessionHarness({ isDeviceOwn: true }), [
    { id: 'res', config: residual },
    { id: 'plain', config: plain },
  ]);
  const from = harness.send({ type: 'train' });
  await harness.until('metrics', from, ({ batch }) => (batch.step.at(-1) ?? 0) > 2);
  harness.send(
    { type: 'change', id: 'res', change: { kind: 'learningRate', learningRate: 0.01 } },
    { type: 'loseDevice' },
  );
  const { step } = await harness.until('changed', from);
  await harness.until('deviceLost', from);
  const again = harness.send({ type: 'recover' });
  await harness.until('restored', again, ({ id }) => id === 'plain');
  expect(harness.of('restored', again).map((event) => [event.id, event.step])).toEqual([
    ['res', step],
    ['plain', step],
  ]);
  expect(harness.of('restored', again)[0]?.config.training.learningRate).toBe(0.01);
});

test('a run that has finished is still finished after a loss, while the others go on', async () => {
  const harness = await prepared(new SessionHarness({ isDeviceOwn: true }), [
    { id: 'res', config: tinyConfig({ training: { steps: 2 } }) },
    { id: 'plain', config: plain },
  ]);
  const from = harness.send({ type: 'train' });
  await harness.until('finished', from);
  await harness.until('metrics', from, ({ batch }) => (batch.step.at(-1) ?? 0) > 2);
  harness.send({ type: 'loseDevice' });
  await harness.until('deviceLost', from);
  const again = harness.send({ type: 'recover' });
  await harness.until('restored', again, ({ id }) => id === 'plain');
  expect(harness.of('restored', again).map(({ id, status }) => [id, status])).toEqual([
    ['res', 'finished'],
    ['plain', 'live'],
  ]);
});
