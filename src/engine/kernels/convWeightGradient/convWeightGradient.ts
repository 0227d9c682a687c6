import { expandTemplate } from '../../webgpu/template.ts';
import {
  type ConvShape,
  checkedWorkgroups,
  convWork,
  imageLanes,
  outHeight,
  outWidth,
  weightLength,
} from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import { distinct } from '../tunable.ts';
import source from './convWeightGradient.wgsl?raw';

/** What one thread sums, and how the sum is shared out. */
export interface ConvWeightGradientTile {
  /** Input channels of a thread. */
  readonly channels: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Threads of a workgroup, which share out the images. */
  readonly lanes: number;
  /** Parts that the rows of the image are cut into, each for other workgroups. */
  readonly splits: number;
  /** Adds the lanes' sums up in workgroup memory, 16 KiB at most; else every lane makes a copy of its own. */
  readonly joined: boolean;
}

/** WebGPU's guaranteed workgroup memory, in vec4f. */
const WORKGROUP_VECTORS = 16_384 / 16;
/** Threads that keep an adapter busy. */
const WANTED_THREADS = 16_384;
/** Most floats of one convolution's copies. */
const MOST_FLOATS = 2 ** 21;

/** Candidates for a tuner: the default, then what most often beats it. */
export function convWeightGradientTiles(shape: ConvShape): ConvWeightGradientTile[] {
  const { kernel, inChannels, outChannels } = shape;
  const vectors = kernel === 1 ? Math.min(2, ceilDiv(outChannels, 4)) : 1;
  // About 12 vec4 sums a thread, 16 for 1×1 kernels.
  const channels = Math.min(inChannels, kernel === 1 ? 8 : Math.max(1, Math.floor(12 / kernel)));
  const tile = (wantedChannels: number, wantedVectors: number): ConvWeightGradientTile =>
    sharedOut(shape, {
      channels: Math.min(wantedChannels, inChannels),
      vectors: Math.min(wantedVectors, ceilDiv(outChannels, 4)),
    });
  return distinct([
    sharedOut(shape, { channels, vectors }),
    tile(channels, 2 * vectors),
    tile(2 * channels, vectors),
    tile(Math.ceil(channels / 2), 2 * vectors),
    // Fewer threads, but fewer copies to sum; and the other way round.
    sharedOut(shape, { channels, vectors }, WANTED_THREADS / 4),
    sharedOut(shape, { channels, vectors }, WANTED_THREADS * 4),
  ]);
}

/** Shares the sum out to about `threads` threads, and no more copies than fit. */
function sharedOut(
  shape: ConvShape,
  { channels, vectors }: Pick<ConvWeightGradientTile, 'channels' | 'vectors'>,
  threads = WANTED_THREADS,
): ConvWeightGradientTile {
  const { kernel, batch } = shape;
  const room = Math.floor(MOST_FLOATS / weightLength(shape));
  const joined = room < imageLanes(batch, 32);
  const most = joined ? Math.min(64, WORKGROUP_VECTORS / (channels * kernel * vectors)) : 32;
  const lanes = imageLanes(batch, Math.floor(most));
  const [across, down] = workgroupsOf(shape, { channels, vectors, splits: 1 });
  const rows = outHeight(shape);
  const affordable = Math.max(1, Math.floor(room / (joined ? 1 : lanes)));
  const wanted = ceilDiv(threads, across * down * lanes);
  const splits = ceilDiv(rows, ceilDiv(rows, Math.min(wanted, affordable, rows)));
  return { channels, vectors, lanes, splits, joined };
}

const defaultTile = (shape: ConvShape) =>
  convWeightGradientTiles(shape)[0] as ConvWeightGradientTile;

const workgroupsOf = (
  shape: ConvShape,
  tile: Pick<ConvWeightGradientTile, 'channels' | 'vectors' | 'splits'>,
) =>
  [
    ceilDiv(ceilDiv(shape.outChannels, 4), tile.vectors),
    ceilDiv(shape.inChannels, tile.channels) * shape.kernel,
    tile.splits,
  ] as const;

/** How many copies of the weights' gradient, each a part of the sum, the kernel writes. */
export function convWeightGradientCopies(
  shape: ConvShape,
  { splits, joined, lanes }: ConvWeightGradientTile = defaultTile(shape),
): number {
  return joined ? splits : splits * lanes;
}

/**
 * Gradient of a convolution's weights. `input` [I, H, W, N], `outputGradient` [O, outHeight, outWidth, N],
 * `partials` [copies, I, kernel, kernel, O4]: their sum over the copies is the gradient, 0 in surplus output channels.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError above 65,535 workgroups in a dimension.
 */
export function convWeightGradient<B>(
  shape: ConvShape,
  buffers: { input: B; outputGradient: B; partials: B },
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
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), tile.splits),
    JOINED: tile.joined,
  };
  return {
    kernel: 'convWeightGradient',
    work: convWork(shape),
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [buffers.input, buffers.outputGradient, buffers.partials],
    workgroups: checkedWorkgroups('convWeightGradient', workgroupsOf(shape, tile)),
  };
}
