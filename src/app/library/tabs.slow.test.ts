/** Several tabs with one library: whatever comes between, no change is lost, nothing deleted comes back or takes more with it. */
import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { checkpointAt } from '../../training/checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from '../../training/checkpoint/write.ts';
import { libraryService } from './libraryService.ts';
import { indexedDbLibrary, type LibraryStore } from './store.ts';
import { parseStoredRun } from './storedRun.ts';

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The store as a busy tab reaches it: everything waits a while before and after. */
function busy(store: LibraryStore, random: () => number): LibraryStore {
  const pause = async () => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns--)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const late =
    <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await pause();
      const result = await method(...args);
      await pause();
      return result;
    };
  return {
    records: late(store.records),
    record: late(store.record),
    file: late(store.file),
    change: late(store.change),
    setting: late(store.setting),
    set: late(store.set),
  };
}

const stored = indexedDbLibrary();
const files = [2, 7].map((step) => writeCheckpoint(checkpointAt(step)));
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

function twoTabs(seed: number) {
  const random = randomOf(seed);
  const id = `run-${seed}`;
  const [a, b] = [0, 1].map(() => libraryService(busy(indexedDbLibrary(), random)));
  if (a === undefined || b === undefined) throw new Error('no tabs');
  const keep = async (tab: typeof a, kept: number) => {
    const { buffer } = (await files[kept]) ?? new Uint8Array();
    await tab.save({ kind: 'file', about: { id, name: null, engine: null }, file: buffer });
  };
  // Not by listing all of the runs before.
  const listed = async () => {
    const record = await stored.record(id);
    const run = record === undefined ? null : parseStoredRun(record);
    return run?.deletedAtMs === null ? run : undefined;
  };
  return { id, a, b, keep, listed, random };
}

describe('two tabs, 200 interleavings', () => {
  it('lose no patch of one record', async () => {
    for (const seed of SEEDS) {
      const { id, a, b, keep, listed } = twoTabs(seed);
      await keep(a, 0);
      await Promise.all([
        a.update({ ids: [id], patch: { name: 'Mine' } }),
        b.update({ ids: [id], patch: { isPinned: true } }),
        a.update({ ids: [id], patch: { colourIndex: 3 } }),
        keep(b, 1),
      ]);
      expect(await listed()).toMatchObject({ name: 'Mine', isPinned: true, step: 7 });
    }
  });

  it('purge what was deleted, not what was kept again since', async () => {
    for (const seed of SEEDS) {
      const { id, a, b, keep, listed } = twoTabs(seed);
      await keep(a, 0);
      const deleted = await a.delete([id]);
      await Promise.all([keep(b, 1), a.purge(deleted)]);
      expect(await listed()).toMatchObject({ step: 7 });
      expect((await a.history({ kind: 'stored', id })).history.latest?.step).toBe(6);
      await a.purge(deleted);
      expect(await listed()).toBeDefined();
    }
  });

  it('bring nothing back that the other deleted for good', async () => {
    const outcomes = { back: 0, gone: 0 };
    for (const seed of SEEDS) {
      const { id, a, b, keep, listed } = twoTabs(seed);
      await keep(a, 0);
      const [byA, byB] = await Promise.all([a.delete([id]), b.delete([id])]);
      // One of them deleted it.
      expect(byA.length + byB.length).toBe(1);
      const [gone] = await Promise.all([a.undelete(byA), b.purge(byB)]);
      const run = await listed();
      expect(run === undefined).toBe(byB.length === 1);
      expect(gone).toEqual([]);
      if (run === undefined) expect(await a.undelete([{ id, deletedAtMs: 0 }])).toEqual([id]);
      outcomes[run === undefined ? 'gone' : 'back']++;
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(20);
  });
});

it('lists the runs it can read where the browser fails at one', async () => {
  const { id, a, keep } = twoTabs(1000);
  await keep(a, 0);
  const damaged = () => {
    throw new DOMException('Failed to read large IndexedDB value', 'DataError');
  };
  const get = IDBObjectStore.prototype.get;
  const spies = [
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(damaged),
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (
      this: IDBObjectStore,
      key,
    ) {
      return key === 'run-0' ? damaged() : get.call(this, key);
    }),
  ];
  const { runs, damaged: unread } = await a.list();
  for (const spy of spies) spy.mockRestore();
  expect(runs.some((run) => run.id === id)).toBe(true);
  expect(unread.map((entry) => entry.id)).toEqual(['run-0']);
});
