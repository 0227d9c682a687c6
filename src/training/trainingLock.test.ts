import { expect, test } from 'vitest';
import { TrainingLock } from './trainingLock.ts';

test('one lock from the start of training to its end', async () => {
  const held: string[] = [];
  const request = async (name: string, _options: unknown, work: () => Promise<void>) => {
    held.push(name);
    await work();
    held.pop();
  };
  // LockManager's overloads cannot be written as one function.
  const lock = new TrainingLock({ request: request as LockManager['request'] });
  lock.hold(true);
  lock.hold(true);
  expect(held).toEqual(['training']);
  lock.hold(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(held).toEqual([]);
  lock.hold(true);
  expect(held).toEqual(['training']);
});

test('without locks nothing happens', () => {
  expect(() => new TrainingLock(undefined).hold(true)).not.toThrow();
});
