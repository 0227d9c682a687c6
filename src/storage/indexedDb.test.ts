import 'fake-indexeddb/auto';
import type { DBSchema } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './failure.ts';
import { Database } from './indexedDb.ts';

interface Schema extends DBSchema {
  numbers: { key: string; value: number };
}

let databases = 0;
let database: Database<Schema>;

beforeEach(() => {
  database = new Database<Schema>(`numbers-${++databases}`, ['numbers'], 'kernels');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const get = () => database.read(['numbers'], (reading) => reading.objectStore('numbers').get('n'));
const add = (amount: number) =>
  database.change(['numbers'], async (change) => {
    const store = change.objectStore('numbers');
    await store.put(((await store.get('n')) ?? 0) + amount, 'n');
  });
const failing = (work: Promise<unknown>) => work.then(() => null, failureOf);

it('loses none of many changes that read what they write', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, i) => add(i)));
  expect(await get()).toBe(1225);
});

it('writes nothing of a change that fails', async () => {
  await add(1);
  const change = database.change(['numbers'], async (changing) => {
    await changing.objectStore('numbers').put(9, 'n');
    throw new RangeError('no');
  });
  await expect(change).rejects.toThrow(RangeError);
  expect(await get()).toBe(1);
});

it('gives up on a database that does not open in time, and does not open it a second time', async () => {
  vi.useFakeTimers();
  const opening = vi.fn();
  const open = () => {
    opening();
    return Reflect.construct(IDBOpenDBRequest, []);
  };
  vi.stubGlobal('indexedDB', { open });
  const failed = failing(get());
  await vi.advanceTimersByTimeAsync(8000);
  expect(await failed).toBe('broken');
  const again = failing(add(1));
  await vi.advanceTimersByTimeAsync(8000);
  expect(await again).toBe('broken');
  expect(opening).toHaveBeenCalledOnce();
});

it('says what is wrong with the storage, and tries again', async () => {
  vi.stubGlobal('indexedDB', undefined);
  expect(await failing(get())).toBe('missing');
  const refuse = () => {
    throw new DOMException('no', 'SecurityError');
  };
  vi.stubGlobal('indexedDB', { open: refuse });
  expect(await failing(add(1))).toBe('refused');
  vi.unstubAllGlobals();
  await add(2);
  expect(await get()).toBe(2);
});
