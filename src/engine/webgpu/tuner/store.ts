/** Where choices are kept between visits, per adapter. Whatever cannot be read counts as nothing kept. */

import type { KernelChoices, TuningStore } from '../../api.ts';
import { parseChoices } from '../../kernelChoices.ts';
import type { Gpu } from '../device.ts';

/** Choices of an adapter that are kept; the oldest go first. */
const MOST_CHOICES = 4000;

/** Names all that decides which kernel is fastest. */
export function adapterKey({ adapter, device }: Gpu): string {
  const { vendor, architecture, name } = adapter;
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup } =
    device.limits;
  const limits = [maxBufferSize, maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup];
  return [vendor, architecture, name, ...limits, ...[...device.features].sort()].join('|');
}

/** Never rejects. */
export async function keptChoices(
  store: TuningStore | null,
  adapter: string,
): Promise<KernelChoices> {
  try {
    return parseChoices(await store?.load(adapter)) ?? {};
  } catch {
    return {};
  }
}

/** Adds `found` to the kept choices, of which the oldest are dropped when there are too many. Never rejects. */
export async function keepChoices(
  store: TuningStore | null,
  adapter: string,
  kept: KernelChoices,
  found: KernelChoices,
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
  const memory = new Map<string, KernelChoices>();
  return {
    load: async (adapter) => memory.get(adapter) ?? store?.load(adapter),
    save: async (adapter, choices) => {
      memory.set(adapter, choices);
      await store?.save(adapter, choices);
    },
  };
}
