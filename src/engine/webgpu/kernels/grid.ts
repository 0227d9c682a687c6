/** Grids for kernels with one invocation an element. */
import { ceilDiv } from './kernel.ts';

/** WebGPU's guaranteed `maxComputeWorkgroupsPerDimension`. */
const MAX_WORKGROUPS_PER_DIMENSION = 65_535;

/**
 * Workgroups of `workgroupSize` invocations for at least `threads` invocations; a second dimension where one is full.
 * In WGSL, with `ROW` from {@link gridRow}:
 *
 *     let index = id.y * ROW + id.x;   // id: global_invocation_id
 *     if (index >= ELEMENTS) { return; }
 */
export function gridFor(threads: number, workgroupSize: number): [number, number, number] {
  const groups = Math.max(1, ceilDiv(threads, workgroupSize));
  const rows = ceilDiv(groups, MAX_WORKGROUPS_PER_DIMENSION);
  return [ceilDiv(groups, rows), rows, 1];
}

/** Invocations in one row of `gridFor(threads, workgroupSize)`. */
export const gridRow = (threads: number, workgroupSize: number): number =>
  gridFor(threads, workgroupSize)[0] * workgroupSize;
