import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { SentRuns } from './sentRuns.ts';

it('knows which runs the worker has, whatever it still says of those that it is to drop', () => {
  const config = completeConfig({ version: 1 });
  const edited = { ...config, training: { ...config.training, batchSize: 7 } };
  const sent = new SentRuns();
  sent.replace([{ id: 'a', config }]);
  sent.set('a', edited);
  sent.set('b', config);
  expect([...sent.configs]).toEqual([['a', edited]]);
  expect(sent.has({ id: 'a', config: structuredClone(edited) })).toBe(true);
  expect([sent.has({ id: 'a', config }), sent.has({ id: 'b', config })]).toEqual([false, false]);
});
