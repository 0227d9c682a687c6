import { expect, test } from 'vitest';
import { mayPageLive, PageLock } from './pageLock.ts';

/** Web Locks of one browser, as far as they are used. */
function fakeLocks(): Pick<LockManager, 'request'> {
  const held = new Set<string>();
  const request = async (name: string, ...rest: unknown[]) => {
    const work = rest.at(-1) as (lock: object | null) => unknown;
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({});
    } finally {
      held.delete(name);
    }
  };
  // LockManager's overloads cannot be written as one function.
  return { request: request as LockManager['request'] };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the page of a training is alive until it ends, also where it has had another since', async () => {
  const locks = fakeLocks();
  const lock = new PageLock(locks);
  expect(await mayPageLive(locks, 'a')).toBe(false);
  lock.hold('a');
  lock.hold('a');
  expect(await mayPageLive(locks, 'a')).toBe(true);
  expect(await mayPageLive(locks, 'b')).toBe(false);
  lock.hold('b');
  expect(await mayPageLive(locks, 'a')).toBe(true);
  expect(await mayPageLive(locks, 'b')).toBe(true);
  lock.end();
  await turn();
  expect(await mayPageLive(locks, 'a')).toBe(false);
  expect(await mayPageLive(locks, 'b')).toBe(false);
});

test('where locks are missing or refused the page may be alive', async () => {
  new PageLock(undefined).hold('a');
  expect(await mayPageLive(undefined, 'a')).toBe(true);
  const refused = { request: () => Promise.reject(new DOMException('', 'SecurityError')) };
  expect(await mayPageLive(refused, 'a')).toBe(true);
});
