/** Gradient of a bias: the sum of the output's gradient over pixels and images. */
import { lanesFor } from '../batchNormStatistics/batchNormStatistics.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { SINGLE, storagePrelude, type TensorFormat } from '../storage.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './channelSum.wgsl?raw';

export interface ChannelSumShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Of `input`, a gradient; left out: single precision. */
  readonly format?: TensorFormat;
}

/**
 * output [C] = sum of input [C, H, W, N] over H, W and N, without the scale of its format; one workgroup per channel.
 * The padding of `output` to a multiple of 4 is left as it is: 0 from the buffer's creation.
 */
export function channelSum<B>(
  shape: ChannelSumShape,
  buffers: { readonly input: B; readonly output: B },
): KernelCall<B> {
  const count = shape.batch * shape.height * shape.width;
  const { format = SINGLE } = shape;
  const UNSCALE = { f32: 1 / format.gradientScale };
  const constants = { LANES: lanesFor(count), COUNT: count, UNSCALE };
  const { directives, declarations } = storagePrelude({ Stored: format });
  return kernelCall({
    kernel: 'channelSum',
    code: () => withConstants(constants, declarations + workgroupSum('f32') + source, directives),
    bindings: [buffers.input, buffers.output],
    workgroups: [shape.channels, 1, 1],
  });
}
