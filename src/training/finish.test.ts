import { expect, it, vi } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { Run } from './run.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

it('ends a run later whose weights could not be read at its end', async () => {
  const config = tinyConfig({ training: { steps: 2 } });
  const harness = new SessionHarness();
  const setRuns = { type: 'setRuns', runs: [{ id: 'a', config }] } as const;
  await harness.until(
    'prepared',
    harness.send({ type: 'open', baseUrl: 'http://localhost/' }, setRuns),
  );
  const state = vi
    .spyOn(Run.prototype, 'state')
    .mockRejectedValueOnce(new EngineError('device-lost', 'The GPU is gone.'));
  await harness.until('failed', harness.send({ type: 'train' }));
  state.mockRestore();
  const finished = await harness.until('finished', harness.send({ type: 'train' }));
  expect(finished).toMatchObject({ id: 'a', step: 2 });
});
