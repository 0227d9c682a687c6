import { expandTemplate } from '../../webgpu/template.ts';
import {
  type ConvShape,
  checkedWorkgroups,
  imageLanes,
  outHeight,
  outWidth,
  weightLength,
} from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import source from './convWeightGradient.wgsl?raw';

/** What one thread sums, and how many threads a workgroup has. */
export interface ConvWeightGradientTile {
  /** Input channels of a thread. */
  readonly channels: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Threads of a workgroup, which share out the images; their sums must fit 16 KiB. */
  readonly lanes: number;
}

/** WebGPU's guaranteed workgroup memory, in vec4f. */
const WORKGROUP_VECTORS = 16_384 / 16;

/** Candidates for a tuner, the default first. */
export function convWeightGradientTiles(shape: ConvShape): ConvWeightGradientTile[] {
  const { kernel, inChannels, outChannels, batch } = shape;
  const vectors = kernel === 1 ? Math.min(2, ceilDiv(outChannels, 4)) : 1;
  // About 12 vec4 sums a thread, 16 for 1×1 kernels.
  const channels = Math.min(inChannels, kernel === 1 ? 8 : Math.max(1, Math.floor(12 / kernel)));
  const lanes = imageLanes(batch, Math.min(64, WORKGROUP_VECTORS / (channels * kernel * vectors)));
  return [{ channels, vectors, lanes }];
}

const defaultTile = (shape: ConvShape) =>
  convWeightGradientTiles(shape)[0] as ConvWeightGradientTile;

const workgroupsOf = (shape: ConvShape, splits: number, tile: ConvWeightGradientTile) =>
  [
    ceilDiv(ceilDiv(shape.outChannels, 4), tile.vectors),
    ceilDiv(shape.inChannels, tile.channels) * shape.kernel,
    splits,
  ] as const;

/**
 * How many partial sums to make: enough that at least `threads` run where the image has rows to share out, but no more
 * than 8 copies of the weights or 2 Mi floats, whichever is more.
 */
export function convWeightGradientSplits(
  shape: ConvShape,
  threads = 16_384,
  tile: ConvWeightGradientTile = defaultTile(shape),
): number {
  const [across, down] = workgroupsOf(shape, 1, tile);
  const rows = outHeight(shape);
  const wanted = ceilDiv(threads, across * down * tile.lanes);
  const affordable = Math.max(8, Math.floor(2 ** 21 / weightLength(shape)));
  return ceilDiv(rows, ceilDiv(rows, Math.min(wanted, affordable, rows)));
}

/**
 * Gradient of a convolution's weights. `input` [I, H, W, N], `outputGradient` [O, outHeight, outWidth, N],
 * `partials` [splits, I, kernel, kernel, O4]: their sum over the splits is the gradient, 0 in surplus output channels.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError above 65,535 workgroups in a dimension.
 */
export function convWeightGradient<B>(
  shape: ConvShape,
  buffers: { input: B; outputGradient: B; partials: B },
  splits: number,
  tile: ConvWeightGradientTile = defaultTile(shape),
): KernelCall<B> {
  const constants = {
    BATCH: shape.batch,
    IN_CHANNELS: shape.inChannels,
    IN_HEIGHT: shape.inHeight,
    IN_WIDTH: shape.inWidth,
    OUT_CHANNELS: shape.outChannels,
    OUT_VECTORS: ceilDiv(shape.outChannels, 4),
    OUT_HEIGHT: outHeight(shape),
    OUT_WIDTH: outWidth(shape),
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PADDING: shape.padding,
    CHANNELS: tile.channels,
    VECTORS: tile.vectors,
    LANES: tile.lanes,
    SUMS: tile.channels * shape.kernel * tile.vectors,
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), splits),
  };
  return {
    kernel: 'convWeightGradient',
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [buffers.input, buffers.outputGradient, buffers.partials],
    workgroups: checkedWorkgroups('convWeightGradient', workgroupsOf(shape, splits, tile)),
  };
}
