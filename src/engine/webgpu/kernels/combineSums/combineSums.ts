/** Gradients of β and γ from what the convolution whose input BatchNorm made left of them, tile by tile. */
import { lanesFor } from '../batchNormStatistics/batchNormStatistics.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './combineSums.wgsl?raw';

/** `sums` [channels, count] of two floats, as `convInputGradient` leaves them; both gradients [channels]. */
export function combineSums<B>(
  { channels, count }: { readonly channels: number; readonly count: number },
  buffers: { readonly sums: B; readonly betaGradient: B; readonly gammaGradient: B },
): KernelCall<B> {
  const constants = { COUNT: count, LANES: lanesFor(count) };
  return kernelCall({
    kernel: 'combineSums',
    code: () => withConstants(constants, workgroupSum('vec2f') + source),
    bindings: [buffers.sums, buffers.betaGradient, buffers.gammaGradient],
    workgroups: [channels, 1, 1],
  });
}
