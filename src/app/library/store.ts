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

/** What becomes of a record: it stays, goes with its file, or is replaced, its file only where there is another. */
export type Decision =
  | 'keep'
  | 'remove'
  | { readonly record: StoredRecord; readonly file?: ArrayBuffer };

/** Where the library lies. Each method is one transaction: all of it or nothing, and nothing comes between. */
export interface LibraryStore {
  /** Unchecked records, with their ids. One that can't be read is undefined. */
  records(): Promise<{ id: string; record: unknown }[]>;
  record(id: string): Promise<unknown>;
  file(id: string): Promise<unknown>;
  /**
   * The only way to change runs: `decide` gets each record as it is, undefined where there is none, and says what becomes
   * of it. If it throws, nothing is changed.
   * @throws StorageError `full` where there is no room.
   */
  change(ids: readonly string[], decide: (record: unknown, id: string) => Decision): Promise<void>;
  setting(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}

/** Rejects in all its methods with `StorageError` where IndexedDB is missing, forbidden, full or broken. */
export function indexedDbLibrary(): LibraryStore {
  const database = new Database<Schema>(DATABASE, ['records', 'files', 'settings'], 'runs');
  const record = (id: string): Promise<unknown> =>
    database.read(['records'], (reading) => reading.objectStore('records').get(id));
  const ids = () =>
    database.read(['records'], (reading) => reading.objectStore('records').getAllKeys());
  return {
    async records() {
      try {
        return await database.read(['records'], async (reading) => {
          const store = reading.objectStore('records');
          const [keys, records] = await Promise.all([store.getAllKeys(), store.getAll()]);
          return keys.map((id, i) => ({ id, record: records[i] }));
        });
      } catch {
        // One value that the browser can't read fails them all.
        const reading = (await ids()).map(async (id) => ({
          ...{ id, record: await record(id).catch(() => undefined) },
        }));
        return Promise.all(reading);
      }
    },
    record,
    file: (id) => database.read(['files'], (reading) => reading.objectStore('files').get(id)),
    change: (changed, decide) =>
      database.change(['records', 'files'], async (change) => {
        const [records, files] = [change.objectStore('records'), change.objectStore('files')];
        const decided = changed.map(async (id) => {
          const decision = decide(await records.get(id), id);
          if (decision === 'keep') return;
          if (decision === 'remove') await Promise.all([records.delete(id), files.delete(id)]);
          else {
            const { file } = decision;
            await Promise.all([
              records.put(decision.record, id),
              ...(file === undefined ? [] : [files.put(file, id)]),
            ]);
          }
        });
        await Promise.all(decided);
      }),
    setting: (name) =>
      database.read(['settings'], (reading) => reading.objectStore('settings').get(name)),
    set: (name, value) =>
      database.change(['settings'], async (change) => {
        await change.objectStore('settings').put(value, name);
      }),
  };
}
