/** Choices in the browser's IndexedDB, which workers have, too. */
import type { DBSchema } from 'idb';
import { lazyDatabase } from '../../../storage/indexedDb.ts';
import type { TuningStore } from '../../api.ts';

interface Schema extends DBSchema {
  /** By adapter. */
  choices: { key: string; value: unknown };
}

/** @returns null if there is no IndexedDB. Its methods reject if it is forbidden or broken. */
export function indexedDbStore(): TuningStore | null {
  if (!('indexedDB' in globalThis)) return null;
  const database = lazyDatabase<Schema>('kernel-tuning', ['choices']);
  return {
    load: async (adapter) => (await database()).get('choices', adapter),
    save: async (adapter, choices) => {
      await (await database()).put('choices', choices, adapter);
    },
  };
}
