/** Choices in the browser's IndexedDB, which workers have, too. */
import type { DBSchema } from 'idb';
import { Database } from '../../../storage/indexedDb.ts';
import type { TuningStore } from '../../api.ts';
import { withChoices } from '../../kernelChoices.ts';

interface Schema extends DBSchema {
  /** By adapter. */
  choices: { key: string; value: unknown };
}

/** Its methods reject where IndexedDB is missing, forbidden or broken. */
export function indexedDbStore(): TuningStore {
  const database = new Database<Schema>('kernel-tuning', ['choices'], 'kernels');
  return {
    load: (adapter) =>
      database.read(['choices'], (reading) => reading.objectStore('choices').get(adapter)),
    add: (adapter, found) =>
      database.change(['choices'], async (change) => {
        const store = change.objectStore('choices');
        await store.put(withChoices(await store.get(adapter), found), adapter);
      }),
  };
}
