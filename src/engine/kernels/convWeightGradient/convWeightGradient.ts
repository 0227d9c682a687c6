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
  /** Rows of taps of a thread; a divisor of the kernel's height. */
  readonly kernelRows: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Output pixels added to each sum at a time. */
  readonly columns: number;
  /** Threads of a workgroup, which share the images. At most 256. */
  readonly lanes: number;
}

/** Candidates for a tuner, the default first. */
export function convWeightGradientTiles(shape: ConvShape): ConvWeightGradientTile[] {
  const vectors = ceilDiv(shape.outChannels, 4) % 2 === 0 ? 2 : 1;
  return [
    {
      channels: Math.min(4, shape.inChannels),
      kernelRows: 1,
      vectors,
      columns: Math.min(4, outWidth(shape)),
      lanes: imageLanes(shape.batch, 64),
    },
  ];
}

const defaultTile = (shape: ConvShape) =>
  convWeightGradientTiles(shape)[0] as ConvWeightGradientTile;

const workgroupsOf = (shape: ConvShape, splits: number, tile: ConvWeightGradientTile) =>
  [
    ceilDiv(ceilDiv(shape.outChannels, 4), tile.vectors),
    ceilDiv(shape.inChannels, tile.channels) * (shape.kernel / tile.kernelRows),
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
 * @throws RangeError when a tile's rows of taps do not divide the kernel.
 */
export function convWeightGradient<B>(
  shape: ConvShape,
  buffers: { input: B; outputGradient: B; partials: B },
  splits: number,
  tile: ConvWeightGradientTile = defaultTile(shape),
): KernelCall<B> {
  const { kernel, stride, padding } = shape;
  if (kernel % tile.kernelRows !== 0) {
    throw new RangeError(`${tile.kernelRows} rows of taps do not divide a kernel of ${kernel}`);
  }
  const lastInRow = (outHeight(shape) - 1) * stride - padding + kernel - 1;
  const constants = {
    BATCH: shape.batch,
    IN_CHANNELS: shape.inChannels,
    IN_HEIGHT: shape.inHeight,
    IN_WIDTH: shape.inWidth,
    OUT_CHANNELS: shape.outChannels,
    OUT_VECTORS: ceilDiv(shape.outChannels, 4),
    OUT_HEIGHT: outHeight(shape),
    OUT_WIDTH: outWidth(shape),
    KERNEL: kernel,
    STRIDE: stride,
    PADDING: padding,
    CHANNELS: tile.channels,
    KERNEL_ROWS: tile.kernelRows,
    KERNEL_PARTS: kernel / tile.kernelRows,
    VECTORS: tile.vectors,
    COLUMNS: tile.columns,
    STEPS_ACROSS: ceilDiv(outWidth(shape), tile.columns),
    IN_COLUMNS: (tile.columns - 1) * stride + kernel,
    ROWS_MASKED: padding > 0 || lastInRow >= shape.inHeight,
    LANES: tile.lanes,
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), splits),
  };
  return {
    kernel: 'convWeightGradient',
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [buffers.input, buffers.outputGradient, buffers.partials],
    workgroups: checkedWorkgroups('convWeightGradient', workgroupsOf(shape, splits, tile)),
  };
}
