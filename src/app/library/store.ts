/** The library in the browser's IndexedDB. */
import type { DBSchema } from 'idb';
import { Database } from '../../storage/indexedDb.ts';
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

/** Rejects in all its methods with `StorageError` where IndexedDB is missing, forbidden, full or broken. */
export function indexedDbLibrary(): LibraryStore {
  const database = new Database<Schema>(DATABASE, ['records', 'files', 'settings'], 'runs');
  return {
    records: () =>
      database.read(['records'], async (reading) => {
        const store = reading.objectStore('records');
        const [ids, records] = await Promise.all([store.getAllKeys(), store.getAll()]);
        return ids.map((id, i) => ({ id, record: records[i] }));
      }),
    record: (id) => database.read(['records'], (reading) => reading.objectStore('records').get(id)),
    put: (record, file) =>
      database.change(['records', 'files'], async (change) => {
        await Promise.all([
          change.objectStore('records').put(record, record.id),
          change.objectStore('files').put(file, record.id),
        ]);
      }),
    putRecord: (record) =>
      database.change(['records'], async (change) => {
        await change.objectStore('records').put(record, record.id);
      }),
    file: (id) => database.read(['files'], (reading) => reading.objectStore('files').get(id)),
    remove: (ids) =>
      database.change(['records', 'files'], async (change) => {
        await Promise.all(
          ids.flatMap((id) => [
            change.objectStore('records').delete(id),
            change.objectStore('files').delete(id),
          ]),
        );
      }),
    setting: (name) =>
      database.read(['settings'], (reading) => reading.objectStore('settings').get(name)),
    set: (name, value) =>
      database.change(['settings'], async (change) => {
        await change.objectStore('settings').put(value, name);
      }),
  };
}
