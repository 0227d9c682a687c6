/** Gradient of a bias: the sum of the output's gradient over pixels and images. */
import { lanesFor } from '../batchNormStatistics/batchNormStatistics.ts';
import { type KernelCall, withConstants } from '../kernel.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './channelSum.wgsl?raw';

export interface ChannelSumShape {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * output [C] = sum of input [C, H, W, N] over H, W and N; one workgroup a channel.
 * The padding of `output` to a multiple of 4 is left as it is: 0 from the buffer's creation.
 */
export function channelSum<B>(
  shape: ChannelSumShape,
  buffers: { readonly input: B; readonly output: B },
): KernelCall<B> {
  const count = shape.batch * shape.height * shape.width;
  const constants = { LANES: lanesFor(count), COUNT: count };
  return {
    kernel: 'channelSum',
    code: withConstants(constants, workgroupSum('f32') + source),
    bindings: [buffers.input, buffers.output],
    workgroups: [shape.channels, 1, 1],
  };
}
