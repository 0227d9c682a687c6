/** Finished arms and measured speeds, stored in this browser so that neither a reload nor another experiment loses them. */
import type { DBSchema } from 'idb';
import * as z from 'zod/mini';
import { Database } from '../../storage/indexedDb.ts';
import { type ArmResult, armResultSchema } from './armResult.ts';

const DATABASE = 'residual-playground-experiments';

const speedsSchema = z.array(z.object({ work: z.string(), ratio: z.number() }));

/** How many times its estimate a piece of work took on an adapter. */
export type Speed = z.infer<typeof speedsSchema>[number];

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
  keepSpeeds(adapter: string, speeds: readonly Speed[]): Promise<void>;
}

/** Nothing outlives the page: where the browser keeps nothing, and in tests. */
export function memoryStore(): ResultStore {
  const results = new Map<string, ArmResult>();
  const speeds = new Map<string, readonly Speed[]>();
  return {
    result: async (key) => results.get(key) ?? null,
    keepResult: async (key, result) => void results.set(key, result),
    speeds: async (adapter) => speeds.get(adapter) ?? [],
    keepSpeeds: async (adapter, kept) => void speeds.set(adapter, kept),
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
  const write = async (store: 'results' | 'speeds', key: string, value: unknown): Promise<void> => {
    try {
      await database.change([store], (change) => change.objectStore(store).put(value, key));
    } catch {
      // Memory holds it as long as the page lives.
    }
  };
  return {
    async result(key) {
      const parsed = armResultSchema.safeParse(await read('results', key));
      return parsed.success ? parsed.data : memory.result(key);
    },
    async keepResult(key, result) {
      await memory.keepResult(key, result);
      await write('results', key, result);
    },
    async speeds(adapter) {
      const parsed = speedsSchema.safeParse(await read('speeds', adapter));
      return parsed.success ? parsed.data : memory.speeds(adapter);
    },
    async keepSpeeds(adapter, speeds) {
      await memory.keepSpeeds(adapter, speeds);
      await write('speeds', adapter, speeds);
    },
  };
}
