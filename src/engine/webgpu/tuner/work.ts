/** What there is to tune: each operation in each shape once, however many layers and networks use it. */
import type { TunableUse } from '../kernels/tunable.ts';

export interface Work {
  readonly use: TunableUse;
  /** Layers, of all plans, that do this operation in this shape. */
  readonly count: number;
}

/** Multiply-adds that a choice decides on. */
export const weightOf = ({ use, count }: Work): number => use.macs * count;

/** All of `plans`, what costs most first. */
export function workOf(plans: readonly { readonly tunables: readonly TunableUse[] }[]): Work[] {
  const byId = new Map<string, Work>();
  for (const use of plans.flatMap(({ tunables }) => tunables)) {
    byId.set(use.id, { use, count: 1 + (byId.get(use.id)?.count ?? 0) });
  }
  return [...byId.values()].sort((a, b) => weightOf(b) - weightOf(a));
}
