/** Where choices are kept between visits, per adapter. Whatever cannot be read counts as nothing kept. */

import type { KernelChoices, TuningStore } from '../../api.ts';
import { validChoices, withChoices } from '../../kernelChoices.ts';
import type { Gpu } from '../device.ts';

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
    return validChoices(await store?.load(adapter));
  } catch {
    return {};
  }
}

/** Adds `found` to the kept choices. Never rejects. */
export async function keepChoices(
  store: TuningStore | null,
  adapter: string,
  found: KernelChoices,
): Promise<void> {
  if (Object.keys(found).length === 0) return;
  try {
    await store?.add(adapter, found);
  } catch {
    // Full or forbidden storage: the next visit tunes again.
  }
}

/** Keeps choices as long as the page lives, on top of `store` if there is one. */
export function withMemory(store: TuningStore | null): TuningStore {
  const memory = new Map<string, KernelChoices>();
  return {
    load: async (adapter) => {
      const here = memory.get(adapter) ?? {};
      return withChoices(await keptChoices(store, adapter), here);
    },
    add: async (adapter, found) => {
      memory.set(adapter, withChoices(memory.get(adapter), found));
      await store?.add(adapter, found);
    },
  };
}
