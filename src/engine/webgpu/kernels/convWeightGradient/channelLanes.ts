import { outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { type ConvShape, checkedWorkgroups, convStorage, convWork } from '../convForward/shape.ts';
import {
  ceilDiv,
  type KernelCall,
  kernelCall,
  SUBGROUP_DIRECTIVES,
  withConstants,
} from '../kernel.ts';
import { type LoadNorm, normBindings, normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { SINGLE } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './channelLanes.wgsl?raw';

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
  buffers: { input: B; outputGradient: B; partials: B },
  tile: ChannelLanesTile,
  norm: LoadNorm<B> | null = null,
): KernelCall<B> {
  const { channels, outputs, columns, images, lanes, splits, shared } = tile;
  const constants = {
    IMAGE_GROUPS: shape.batch / images,
    IMAGES: images,
    IN_CHANNELS: shape.inChannels,
    IN_HEIGHT: shape.inHeight,
    IN_WIDTH: shape.inWidth,
    OUT_CHANNELS: shape.outChannels,
    OUT_PADDED: padTo4(shape.outChannels),
    OUT_HEIGHT: outHeight(shape),
    OUT_WIDTH: outWidth(shape),
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PADDING: shape.padding,
    CHANNELS: channels,
    OUTPUTS: outputs,
    COLUMNS: columns,
    IN_COLUMNS: (columns - 1) * shape.stride + shape.kernel,
    LANES: lanes,
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), splits),
    SHARED: shared,
    LOADS: shared === 0 ? 0 : ceilDiv(outputs * columns, shared),
    ...normConstants(norm, shape.inChannels, 3),
  };
  const { directives, declarations } = convStorage(shape);
  const { gradientScale } = shape.outputFormat ?? SINGLE;
  return kernelCall({
    kernel: 'convWeightGradient',
    work: convWork(shape),
    code: () =>
      withConstants(
        { ...constants, UNSCALE: { f32: 1 / gradientScale } },
        declarations + expandTemplate(template, constants),
        directives + (shared > 0 ? SUBGROUP_DIRECTIVES : ''),
      ),
    bindings: [buffers.input, buffers.outputGradient, buffers.partials, ...normBindings(norm)],
    workgroups: checkedWorkgroups('convWeightGradient', [
      ceilDiv(shape.inChannels, channels * lanes),
      ceilDiv(padTo4(shape.outChannels), outputs),
      splits,
    ]),
  });
}
