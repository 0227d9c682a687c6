/** Finished arms and measured speeds, stored in this browser so that neither a reload nor another experiment loses them. */
import type { DBSchema } from 'idb';
import * as z from 'zod/mini';
import { Database } from '../../storage/indexedDb.ts';
import { type ArmResult, armResultSchema } from './armResult.ts';

const DATABASE = 'residual-playground-experiments';

const speedSchema = z.object({ work: z.string(), ratio: z.number() });

/** How many times its estimate a piece of work took on an adapter. */
export type Speed = z.infer<typeof speedSchema>;

/** Those that can be read. */
const speedsIn = (stored: unknown): Speed[] =>
  Array.isArray(stored) ? stored.flatMap((speed) => speedSchema.safeParse(speed).data ?? []) : [];

interface Schema extends DBSchema {
  /** Key: experiment, size and arm. */
  results: { key: string; value: unknown };
  /** Key: engine and adapter. */
  speeds: { key: string; value: unknown };
}

export interface ResultStore {
  /** The arm's last result, whatever its settings were; null where there is none. */
  result(key: string): Promise<ArmResult | null>;
  keepResult(key: string, result: ArmResult): Promise<void>;
  speeds(adapter: string): Promise<readonly Speed[]>;
  /** Replaces the speeds by what `change` makes of them, whoever else does so at the same time. */
  changeSpeeds(
    adapter: string,
    change: (known: readonly Speed[]) => readonly Speed[],
  ): Promise<void>;
}

/** Nothing outlives the page: where the browser keeps nothing, and in tests. */
export function memoryStore(): ResultStore {
  const results = new Map<string, ArmResult>();
  const speeds = new Map<string, readonly Speed[]>();
  return {
    result: async (key) => results.get(key) ?? null,
    keepResult: async (key, result) => void results.set(key, result),
    speeds: async (adapter) => speeds.get(adapter) ?? [],
    changeSpeeds: async (adapter, change) =>
      void speeds.set(adapter, change(speeds.get(adapter) ?? [])),
  };
}

/** In IndexedDB, backed by memory: storage that is full, blocked or foreign never fails an experiment. */
export function browserStore(): ResultStore {
  const memory = memoryStore();
  const database = new Database<Schema>(DATABASE, ['results', 'speeds'], 'experiments');
  const read = async (store: 'results' | 'speeds', key: string): Promise<unknown> => {
    try {
      return await database.read([store], (reading) => reading.objectStore(store).get(key));
    } catch {
      return undefined;
    }
  };
  return {
    async result(key) {
      const parsed = armResultSchema.safeParse(await read('results', key));
      return parsed.success ? parsed.data : memory.result(key);
    },
    async keepResult(key, result) {
      await memory.keepResult(key, result);
      await quietly(
        database.change(['results'], (change) => change.objectStore('results').put(result, key)),
      );
    },
    async speeds(adapter) {
      const stored = speedsIn(await read('speeds', adapter));
      return stored.length > 0 ? stored : memory.speeds(adapter);
    },
    async changeSpeeds(adapter, change) {
      await memory.changeSpeeds(adapter, change);
      await quietly(
        database.change(['speeds'], async (changing) => {
          const store = changing.objectStore('speeds');
          await store.put(change(speedsIn(await store.get(adapter))), adapter);
        }),
      );
    },
  };
}

/** What the browser does not store, memory holds as long as the page lives. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
