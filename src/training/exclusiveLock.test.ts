import { expect, test } from 'vitest';
import { ExclusiveLock } from './exclusiveLock.ts';

/** As many pages as wanted, with one lock between them. */
class FakeLocks {
  private readonly waiting: (() => void)[] = [];
  private isFree = true;

  request = (_: string, options: LockOptions, work: () => Promise<never>): Promise<never> =>
    new Promise((_resolve, reject) => {
      const grant = () => {
        this.isFree = false;
        void work();
      };
      options.signal?.addEventListener('abort', () => {
        const at = this.waiting.indexOf(grant);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(new Error('aborted'));
      });
      if (this.isFree) grant();
      else this.waiting.push(grant);
    });

  /** The page that has it is closed. */
  close(): void {
    this.isFree = true;
    this.waiting.shift()?.();
  }
}

const lockOf = (locks: FakeLocks) =>
  new ExclusiveLock(locks as unknown as Pick<LockManager, 'request'>, 'test', 20);

test('one page has it; another is told so, and gets it once the first is closed', async () => {
  const locks = new FakeLocks();
  const [first, second] = [lockOf(locks), lockOf(locks)];
  expect(await first.hold()).toBe(true);
  expect(await first.hold()).toBe(true);
  expect(await second.hold()).toBe(false);
  const waiting = second.hold();
  locks.close();
  expect(await waiting).toBe(true);
});

test('without locks nobody is kept out', async () => {
  expect(await new ExclusiveLock(undefined, 'test').hold()).toBe(true);
});
