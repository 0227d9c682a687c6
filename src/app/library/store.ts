/** The library in the browser's IndexedDB. */
import type { DBSchema } from 'idb';
import { lazyDatabase } from '../../storage/indexedDb.ts';
import { DATABASE } from './database.ts';
import type { StoredRecord } from './storedRun.ts';

interface Schema extends DBSchema {
  /** Records by the run's id, read as `unknown` and checked. */
  records: { key: string; value: StoredRecord };
  /** Checkpoint files of one run each, by the run's id. */
  files: { key: string; value: ArrayBuffer };
  settings: { key: string; value: unknown };
}

/** Where the library lies. Each method is one transaction: all of it or nothing. */
export interface LibraryStore {
  /** Unchecked records, with their ids. */
  records(): Promise<{ id: string; record: unknown }[]>;
  record(id: string): Promise<unknown>;
  /** Adds a run or replaces it. @throws DOMException `QuotaExceededError` where there is no room. */
  put(record: StoredRecord, file: ArrayBuffer): Promise<void>;
  putRecord(record: StoredRecord): Promise<void>;
  file(id: string): Promise<unknown>;
  remove(ids: readonly string[]): Promise<void>;
  setting(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}

/** Rejects in all its methods where IndexedDB is missing, forbidden or broken. */
export function indexedDbLibrary(): LibraryStore {
  const database = lazyDatabase<Schema>(DATABASE, ['records', 'files', 'settings']);
  const changing = async () =>
    (await database()).transaction(['records', 'files'], 'readwrite', { durability: 'strict' });
  return {
    records: async () => {
      const { store } = (await database()).transaction('records');
      const [ids, records] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return ids.map((id, i) => ({ id, record: records[i] }));
    },
    record: async (id) => (await database()).get('records', id),
    put: async (record, file) => {
      const change = await changing();
      // A request that fails aborts the transaction, and `done` rejects with the reason.
      const requests = [
        change.objectStore('records').put(record, record.id),
        change.objectStore('files').put(file, record.id),
      ];
      await Promise.all([...requests, change.done]);
    },
    putRecord: async (record) => {
      await (await database()).put('records', record, record.id);
    },
    file: async (id) => (await database()).get('files', id),
    remove: async (ids) => {
      const change = await changing();
      const requests = ids.flatMap((id) => [
        change.objectStore('records').delete(id),
        change.objectStore('files').delete(id),
      ]);
      await Promise.all([...requests, change.done]);
    },
    setting: async (name) => (await database()).get('settings', name),
    set: async (name, value) => {
      await (await database()).put('settings', value, name);
    },
  };
}
