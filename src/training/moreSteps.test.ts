/** Runs that get more steps than they were planned with, or fewer. */
import { expect, test } from 'vitest';
import { type SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, residual, steps } from './testing/tinyRuns.ts';

/** A run of so many steps, trained to its end. */
async function finished(config: typeof residual): Promise<SessionHarness> {
  const harness = await harnessWith({ id: 'res', config });
  const from = harness.send({ type: 'train' });
  await harness.until('finished', from);
  await harness.until('state', from, ({ state }) => state === 'paused');
  return harness;
}

const stepsTo = (steps: number) =>
  ({ type: 'change', id: 'res', change: { kind: 'steps', steps } }) as const;

test('a finished run that gets more steps trains on, to the bits of a run that was planned so', async () => {
  const planned = await finished(tinyConfig({ training: { steps: 6 } }));
  const longer = await finished(tinyConfig({ training: { steps: 3 } }));
  const [short] = longer.of('finished');
  expect(short).toMatchObject({ step: 3 });

  const from = longer.send(stepsTo(6), { type: 'train' });
  const changed = await longer.until('changed', from);
  expect(changed).toMatchObject({ step: 3, label: '', config: { training: { steps: 6 } } });
  const end = await longer.until('finished', from);
  const [plan] = planned.of('finished');
  expect(end.step).toBe(6);
  expect(end.finalWeights).toEqual(plan?.finalWeights);
  expect(end.finalWeights.replay?.training.steps).toBe(6);
  expect(longer.losses('res')).toEqual(planned.losses('res'));
});

test('a cosine is stretched over further steps, which is marked and is no planned run', async () => {
  const learningRate = { type: 'cosine' as const, base: 0.1, warmupSteps: 1, drops: [] };
  const harness = await finished(tinyConfig({ training: { steps: 3, learningRate } }));
  const from = harness.send(stepsTo(6), { type: 'train' });
  expect(await harness.until('changed', from)).toMatchObject({ label: 'cosine over 6 steps' });
  const { finalWeights } = await harness.until('finished', from);
  expect(finalWeights.replay).toBeNull();
  const [rate] = harness.of('metrics', from)[0]?.batch.learningRate ?? [];
  // Two of five steps behind the warm-up.
  expect(rate).toBeCloseTo(0.05 * (1 + Math.cos((Math.PI * 2) / 5)), 7);
});

test('a run can end at once, but not before the steps that it has made', async () => {
  const harness = await harnessWith({ id: 'res', config: residual });
  await steps(harness, 2);
  const refused = harness.send(stepsTo(1));
  expect(await harness.until('refused', refused)).toMatchObject({ field: 'training.steps' });
  const from = harness.send(stepsTo(2), { type: 'train' });
  expect(await harness.until('finished', from)).toMatchObject({ step: 2 });
});
