/** A moving average follows weights or running statistics. */
import { gridFor, gridRow } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import source from './average.wgsl?raw';

const LANES = 256;

/**
 * average += step.averageRate · (values − average).
 * @param length floats of both, a multiple of 4.
 */
export function average<B>(
  length: number,
  buffers: { readonly values: B; readonly average: B; readonly step: B },
): KernelCall<B> {
  const vectors = length / 4;
  const constants = { LANES, ROW: gridRow(vectors, LANES), VECTORS: vectors };
  return kernelCall({
    kernel: 'average',
    code: () => withConstants(constants, STEP_STRUCT + source),
    bindings: [buffers.values, buffers.average, buffers.step],
    workgroups: gridFor(vectors, LANES),
  });
}
