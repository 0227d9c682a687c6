import { expect, test } from 'vitest';
import { runConfigSchema } from '../model/config.ts';
import { parseCommand } from './commands.ts';

test('a command comes through as it is', () => {
  const change = { type: 'change', id: 'a', change: { kind: 'shortcuts', on: false } };
  expect(parseCommand(change)).toEqual(change);
});

test('runs get the defaults of what their configs leave out', () => {
  expect(parseCommand({ type: 'setRuns', runs: [{ id: 'a', config: { version: 1 } }] })).toEqual({
    type: 'setRuns',
    runs: [{ id: 'a', config: runConfigSchema.parse({ version: 1 }) }],
  });
});

const run = (id: string) => ({ id, config: { version: 1 } });

test.each([
  [null, 'expected object'],
  [{ type: 'fly' }, 'type: Invalid'],
  [{ type: 'train', now: true }, 'Unrecognized key'],
  [{ type: 'restore', id: 'a', learningRateFactor: 0 }, 'learningRateFactor: '],
  [
    { type: 'change', id: 'a', change: { kind: 'learningRate', learningRate: Number.NaN } },
    'from 0 to 100',
  ],
  [{ type: 'setRuns', runs: [run('a'), run('a')] }, 'runs: two runs have the same id'],
  [{ type: 'setRuns', runs: ['a', 'b', 'c', 'd', 'e'].map(run) }, 'runs: Too big'],
  [{ type: 'setRuns', runs: [{ id: 'a', config: { version: 2 } }] }, 'runs.0.config.version: '],
])('%j is refused', (message, reason) => {
  expect(() => parseCommand(message)).toThrow(reason);
});
