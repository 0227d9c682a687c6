/** Mixup: every image of a batch is mixed with the one before it, the first with the last, in place. */
import { LABEL_BASE } from '../../../../data/mixup.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './mixImages.wgsl?raw';

export const MIX_BYTES = 16;

/** The `weight` uniform's `MIX_BYTES` bytes: of an image, and of the one before it. */
export const packMix = (weight: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(weight, 1 - weight, 0, 0);

/** Workgroups in a row of the grid. */
const ROW = 1024;

/**
 * - images [3, S, S, N]; labels u32 [N] become first + 2¹⁶ · second
 * - weight: the uniform of `packMix`
 */
export function mixImages<B>(
  { batch, inputSize }: { readonly batch: number; readonly inputSize: number },
  buffers: { readonly images: B; readonly labels: B; readonly weight: B },
): KernelCall<B> {
  const values = 3 * inputSize ** 2;
  const constants = { LANES: 64, ROW, BATCH: batch, VALUES: values, LABEL_BASE };
  return kernelCall({
    kernel: 'mixImages',
    code: () => withConstants(constants, source),
    bindings: [buffers.images, buffers.labels, buffers.weight],
    workgroups: [Math.min(values, ROW), Math.ceil(values / ROW), 1],
  });
}
