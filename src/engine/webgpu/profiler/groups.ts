/** A program's dispatches grouped by what they run, with their work added up. */
import type { Binding } from '../../plan/buffers.ts';
import { byteText, type Profile, type ProfileRow, summarizeRows } from '../../profile.ts';
import type { PlannedDispatch } from '../lowering/lowering.ts';

export interface KernelGroup extends Omit<ProfileRow, 'ms'> {
  /** Positions in the program. */
  readonly dispatches: readonly number[];
}

/** Groups of the same WGSL, in the order in which a step first runs them. */
export function groupDispatches(dispatches: readonly PlannedDispatch[]): KernelGroup[] {
  const byCode = new Map<string, KernelGroup>();
  dispatches.forEach(({ call, layer }, i) => {
    const { kernel, code, work } = call;
    const bytes = boundBytes(call.bindings);
    const group = byCode.get(code);
    byCode.set(code, {
      kernel,
      shape: group?.shape ?? work?.shape ?? byteText(bytes),
      layers: [...(group?.layers ?? []), layer],
      count: (group?.count ?? 0) + 1,
      flops: (group?.flops ?? 0) + (work?.flops ?? 0),
      bytes: (group?.bytes ?? 0) + bytes,
      dispatches: [...(group?.dispatches ?? []), i],
    });
  });
  return [...byCode.values()];
}

/** Bytes of the distinct stretches of memory that are bound. */
export function boundBytes(bindings: readonly Binding[]): number {
  const distinct = bindings.filter(
    (one, i) =>
      bindings.findIndex((other) => other.buffer === one.buffer && other.offset === one.offset) ===
      i,
  );
  return distinct.reduce((sum, { size }) => sum + size, 0);
}

/** @param ms of each group, a step. */
export const summarize = (
  groups: readonly KernelGroup[],
  ms: readonly number[],
): Pick<Profile, 'rows' | 'kernelMs' | 'convGflops'> =>
  summarizeRows(groups.map(({ dispatches: _, ...group }, i) => ({ ...group, ms: ms[i] ?? 0 })));
