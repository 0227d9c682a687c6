/** Choices in the browser's IndexedDB, which workers have, too. */
import { type IDBPDatabase, openDB } from 'idb';
import type { TuningStore } from '../../api.ts';

const DATABASE = 'kernel-tuning';
const CHOICES = 'choices';

/** @returns null where there is no IndexedDB. Its methods reject where it is forbidden or broken. */
export function indexedDbStore(): TuningStore | null {
  if (!('indexedDB' in globalThis)) return null;
  let opened: Promise<IDBPDatabase> | null = null;
  const database = () => {
    opened ??= openDB(DATABASE, 1, {
      upgrade: (db) => {
        db.createObjectStore(CHOICES);
      },
    });
    return opened;
  };
  return {
    load: async (adapter) => (await database()).get(CHOICES, adapter),
    save: async (adapter, choices) => {
      await (await database()).put(CHOICES, choices, adapter);
    },
  };
}
