import { outHeight } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { type ConvShape, shapeConstants } from '../convForward/shape.ts';
import { ceilDiv, type KernelCall } from '../kernel.ts';
import type { LoadNorm } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import source from './channelLanes.wgsl?raw';
import { type ConvWeightGradientBuffers, weightGradientCall } from './weightGradientCall.ts';

const template = `${normalize}${source}`;

/** Lanes are input channels: what one thread sums, and how the sum is shared out. */
export interface ChannelLanesTile {
  readonly lanesAre: 'channels';
  /** Input channels of a thread. */
  readonly channels: number;
  /** Output channels of a thread. */
  readonly outputs: number;
  /** Neighbouring output pixels in one turn of the loop. */
  readonly columns: number;
  /** Images in one turn: 1 or, if they divide the batch, 4. */
  readonly images: 1 | 4;
  readonly lanes: number;
  /** Parts that the rows of the image are cut into, each a copy of the gradient. */
  readonly splits: number;
  /** Lanes of a subgroup among which loading is shared out: 0 for none, else a divisor of `lanes`. */
  readonly shared: number;
}

/** The gradient by `channelLanes.wgsl`: see `convWeightGradient`. */
export function channelLanesGradient<B>(
  shape: ConvShape,
  buffers: ConvWeightGradientBuffers<B>,
  tile: ChannelLanesTile,
  norm: LoadNorm<B> | null,
): KernelCall<B> {
  const { channels, outputs, columns, images, lanes, splits, shared } = tile;
  const constants = {
    IMAGE_GROUPS: shape.batch / images,
    IMAGES: images,
    ...shapeConstants(shape),
    OUT_PADDED: padTo4(shape.outChannels),
    CHANNELS: channels,
    OUTPUTS: outputs,
    COLUMNS: columns,
    IN_COLUMNS: (columns - 1) * shape.stride + shape.kernel,
    LANES: lanes,
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), splits),
    SHARED: shared,
    LOADS: shared === 0 ? 0 : ceilDiv(outputs * columns, shared),
  };
  const workgroups = [
    ceilDiv(shape.inChannels, channels * lanes),
    ceilDiv(padTo4(shape.outChannels), outputs),
    splits,
  ] as const;
  const algorithm = { template, constants, workgroups, usesSubgroups: shared > 0 };
  return weightGradientCall(shape, buffers, norm, algorithm);
}
