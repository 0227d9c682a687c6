import { expect, test } from 'vitest';
import { partTotals } from '../engine/profile.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const config = tinyConfig();

test('a profile on the processor says what every kernel is for, and leaves the run as it was', async () => {
  const harness = new SessionHarness();
  harness.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    { type: 'setRuns', runs: [{ id: 'res', config }] },
  );
  await harness.until('prepared');
  await harness.untilPaused({ type: 'step' });
  const before = await harness.weights('res');
  const { id, outcome } = await harness.until(
    'profiled',
    harness.send({ type: 'profile', id: 'res' }),
  );
  expect(id).toBe('res');
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  const { rows, peakGflops, convGflops, kernelMs, batchSize } = outcome.profile;
  expect(outcome.profile.method).toBe('clock');
  expect(partTotals(rows).map(({ part }) => part)).toEqual([
    ...['forward', 'input gradient', 'weight gradient', 'BatchNorm', 'rest'],
  ]);
  // Multiply-adds of an image: stem, two stages, fc; the stem's input needs no gradient.
  const stem = 27 * 4 * 64;
  const inner = 2 * 9 * 4 * 4 * 64 + (9 * 4 * 8 + 9 * 8 * 8) * 16 + 8 * 10;
  const flops = rows.reduce((sum, row) => sum + row.flops, 0);
  expect(flops).toBe(2 * 8 * (2 * stem + 3 * inner));
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
