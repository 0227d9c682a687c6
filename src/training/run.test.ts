import { expect, test } from 'vitest';
import { savedRun } from './checkpoint/testing/checkpoints.ts';
import { Run } from './run.ts';

test('a checkpoint written before the last test leaves the run to be finished; one trained past its end is', () => {
  const saved = savedRun(5);
  const config = { ...saved.config, training: { ...saved.config.training, steps: 5 } };
  const run = new Run('a', config);
  run.resume({ ...saved, config });
  expect(run.saved(null, 0).status).toBe('live');
  run.trainsPastEnd = true;
  expect(run.saved(null, 0).status).toBe('finished');
});
