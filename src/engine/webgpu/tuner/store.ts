/** Where choices are kept between visits, per adapter. Whatever cannot be read counts as nothing kept. */
import * as z from 'zod/mini';
import type { Gpu } from '../../api.ts';
import type { TileChoices } from '../kernels/tunable.ts';

export interface TuningStore {
  /** What `save` was given for this adapter, unchecked. May reject. */
  load(adapter: string): Promise<unknown>;
  /** May reject. */
  save(adapter: string, choices: TileChoices): Promise<void>;
}

/** Choices of an adapter that are kept; the oldest go first. */
const MOST_CHOICES = 4000;

const schema = z.record(z.string().check(z.maxLength(400)), z.string().check(z.maxLength(100)));

/** Names all that decides which kernel is fastest. */
export function adapterKey({ adapter, device }: Gpu): string {
  const { vendor, architecture, name } = adapter;
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup } =
    device.limits;
  const limits = [maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup];
  return [vendor, architecture, name, ...limits, ...[...device.features].sort()].join('|');
}

/** Choices in data of unknown origin: a record, a file, a store. Null where it holds no such thing. */
export function parseChoices(data: unknown): TileChoices | null {
  const result = schema.safeParse(data);
  return result.success ? result.data : null;
}

/** Never rejects. */
export async function keptChoices(
  store: TuningStore | null,
  adapter: string,
): Promise<TileChoices> {
  try {
    return parseChoices(await store?.load(adapter)) ?? {};
  } catch {
    return {};
  }
}

/** Adds `found` to what is kept; forgets the oldest where that grows too large. Never rejects. */
export async function keepChoices(
  store: TuningStore | null,
  adapter: string,
  kept: TileChoices,
  found: TileChoices,
): Promise<void> {
  if (Object.keys(found).length === 0) return;
  const entries = Object.entries({ ...kept, ...found }).slice(-MOST_CHOICES);
  try {
    await store?.save(adapter, Object.fromEntries(entries));
  } catch {
    // Full or forbidden storage: the next visit tunes again.
  }
}

/** Keeps choices as long as the page lives, on top of `store` if there is one. */
export function withMemory(store: TuningStore | null): TuningStore {
  const memory = new Map<string, TileChoices>();
  return {
    load: async (adapter) => memory.get(adapter) ?? store?.load(adapter),
    save: async (adapter, choices) => {
      memory.set(adapter, choices);
      await store?.save(adapter, choices);
    },
  };
}
