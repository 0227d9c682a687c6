import { expect, test, vi } from 'vitest';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const config = tinyConfig();

test('a profile has every dispatch of the step, and leaves the run as it was', async () => {
  const harness = new SessionHarness({ engine: 'webgpu' });
  harness.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    { type: 'setRuns', runs: [{ id: 'res', config }] },
  );
  const { dispatchesPerStep } = await harness.until('prepared');
  await harness.untilPaused({ type: 'step' });
  const before = await harness.weights('res');
  const { id, outcome } = await harness.until(
    'profiled',
    harness.send({ type: 'profile', id: 'res' }),
  );
  expect(id).toBe('res');
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  const { rows, peakGflops, convGflops, kernelMs, batchSize } = outcome.profile;
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(dispatchesPerStep);
  expect(rows.flatMap(({ layers }) => layers)).toContain('layer1.0.conv1');
  expect(batchSize).toBe(8);
  expect(peakGflops).toBeGreaterThan(0);
  expect(convGflops).toBeGreaterThan(0);
  expect(kernelMs).toBeCloseTo(
    rows.reduce((sum, { ms }) => sum + ms, 0),
    6,
  );
  expect(await harness.weights('res')).toEqual(before);

  const from = harness.send({ type: 'profile', id: 'res' }, { type: 'step' });
  const cut = await harness.until('profiled', from);
  expect(cut.outcome).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^Interrupted/),
  });
  await harness.until('metrics', from);
  expect([...harness.losses('res').keys()]).toEqual([0, 1]);
});
