/** Mean and variance of every channel of a tensor, for statistics only: nothing is normalised by them. */
import { countOf, lanesFor, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { storagePrelude } from '../storage.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './channelMoments.wgsl?raw';

/**
 * moments [C] = (mean, biased variance) of input [C, H, W, N] over H, W and N; of a later micro-batch: over all images
 * up to its last, with the moments that lie there already (Chan et al. 1979, eq. 2.1). One workgroup per channel.
 * - moments: vec2f per channel; step: the uniform of `packStep`
 */
export function channelMoments<B>(
  shape: NormShape,
  { input, moments, step }: { readonly input: B; readonly moments: B; readonly step: B },
): KernelCall<B> {
  const COUNT = countOf(shape);
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const code = () => declarations + STEP_STRUCT + workgroupSum('vec2f') + source;
  return kernelCall({
    kernel: 'channelMoments',
    code: () => withConstants({ COUNT, LANES: lanesFor(COUNT) }, code(), directives),
    bindings: [input, moments, step],
    workgroups: [shape.channels, 1, 1],
  });
}
