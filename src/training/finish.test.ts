import { afterEach, expect, it, vi } from 'vitest';
import { EngineError } from '../engine/errors.ts';
import { Run } from './run.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

afterEach(() => vi.restoreAllMocks());

it('ends a run later whose weights could not be read at its end', async () => {
  const harness = new SessionHarness();
  const config = tinyConfig({ training: { steps: 2 } });
  const setRuns = { type: 'setRuns', runs: [{ id: 'a', config }] } as const;
  await harness.until(
    'prepared',
    harness.send({ type: 'open', baseUrl: 'http://localhost/' }, setRuns),
  );
  const { state } = Run.prototype;
  let hasFailed = false;
  vi.spyOn(Run.prototype, 'state').mockImplementation(function (this: Run) {
    // Once the last snapshot is taken, the next to read the weights is their hash.
    if (hasFailed || this.lastGoodSnapshot.current.step < 2) return state.call(this);
    hasFailed = true;
    return Promise.reject(new EngineError('device-lost', 'The GPU is gone.'));
  });
  await harness.until('failed', harness.send({ type: 'train' }));
  expect(harness.of('finished')).toEqual([]);
  const finished = await harness.until('finished', harness.send({ type: 'train' }));
  expect(finished).toMatchObject({ id: 'a', step: 2 });
});
