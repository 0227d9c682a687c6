/**
 * The fastest way to do each operation on this adapter. Found by timing within a fixed budget, kept per adapter and
 * kernel version, and not changed from then on: a program's choices are part of its run's record.
 */

import type { KernelChoices, TuningOptions } from '../../api.ts';
import type { Gpu } from '../device.ts';
import type { TunableUse } from '../kernels/tunable.ts';
import { type Clock, search, systemClock } from './search.ts';
import { completed } from './similar.ts';
import { adapterKey, keepChoices, keptChoices } from './store.ts';
import { GpuTuningTimer } from './tuningTimer.ts';
import { type Work, workOf } from './work.ts';

interface Program {
  readonly tunables: readonly TunableUse[];
}

/**
 * Choices for all operations of `programs`, for `lowerTraining` and `lowerEvaluation`: kept ones; those timed now; for
 * the rest, those of the most similar shape, else the defaults. The programs may be made with any choices. Nothing may
 * be under way on the device. Never rejects: if tuning fails, the defaults are taken.
 */
export async function tunedChoices(
  gpu: Gpu,
  programs: readonly Program[],
  {
    budgetMs,
    store = null,
    clock = systemClock,
    onStart,
  }: TuningOptions & { readonly clock?: Clock },
): Promise<KernelChoices> {
  const work = workOf(programs);
  const uses = work.map(({ use }) => use);
  try {
    const adapter = adapterKey(gpu);
    const kept = await keptChoices(store, adapter);
    const open = work.filter(({ use }) => isOpen(use, kept));
    if (budgetMs <= 0 || open.length === 0) return completed(kept, uses);
    onStart?.();
    const found = await timed(gpu, open, { budgetMs, clock });
    await keepChoices(store, adapter, found);
    return completed({ ...kept, ...found }, uses);
  } catch {
    return completed({}, uses);
  }
}

async function timed(
  gpu: Gpu,
  open: readonly Work[],
  options: Parameters<typeof search>[2],
): Promise<KernelChoices> {
  const { device } = gpu;
  for (const filter of ['out-of-memory', 'validation'] as const) device.pushErrorScope(filter);
  let found = new Map<string, string>();
  let errors: readonly (GPUError | null)[] = [];
  const timer = await GpuTuningTimer.create(gpu).catch(() => null);
  try {
    if (timer !== null) found = await search(open, timer, options);
  } finally {
    timer?.destroy();
    errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  }
  // After a refused command no time can be believed.
  if (errors.some((error) => error !== null)) return {};
  return Object.fromEntries(found);
}

function isOpen({ candidates, id }: TunableUse, kept: KernelChoices): boolean {
  if (candidates.length < 2) return false;
  return !candidates.some(({ key }) => key === kept[id]);
}
