import { outHeight, weightLength } from '../../../plan/geometry.ts';
import { type ConvShape, imageLanes, shapeConstants } from '../convForward/shape.ts';
import { ceilDiv, type KernelCall } from '../kernel.ts';
import type { LoadNorm } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import source from './imageLanes.wgsl?raw';
import { type ConvWeightGradientBuffers, weightGradientCall } from './weightGradientCall.ts';

const template = `alias Loaded = f32;\n${normalize}${source}`;

/** Lanes are images: what one thread sums, and how the sum is shared out. */
export interface ImageLanesTile {
  readonly lanesAre: 'images';
  /** Input channels of a thread. */
  readonly channels: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Threads of a workgroup, which share out the images. */
  readonly lanes: number;
  /** Parts that the rows of the image are cut into, each for other workgroups. */
  readonly splits: number;
  /** Adds the lanes' sums up in workgroup memory, at most 16 KiB; else every lane writes its own copy. */
  readonly joined: boolean;
}

/** WebGPU's guaranteed workgroup memory, in vec4f. */
const WORKGROUP_VECTORS = 16_384 / 16;
/** Threads that keep an adapter busy. */
export const WANTED_THREADS = 16_384;
/** Most floats of one convolution's copies. */
export const MOST_FLOATS = 2 ** 21;

/** Shares the sum out to about `threads` threads, and no more copies than fit. */
export function imageLanesTile(
  shape: ConvShape,
  wanted: Partial<Pick<ImageLanesTile, 'channels' | 'vectors'>> = {},
  threads = WANTED_THREADS,
): ImageLanesTile {
  const { kernel, inChannels, outChannels, batch } = shape;
  // About 12 vec4 sums a thread, 16 for 1×1 kernels.
  const usual = kernel === 1 ? 8 : Math.max(1, Math.floor(12 / kernel));
  const channels = Math.min(inChannels, wanted.channels ?? usual);
  const vectors = Math.min(ceilDiv(outChannels, 4), wanted.vectors ?? (kernel === 1 ? 2 : 1));
  const room = Math.floor(MOST_FLOATS / weightLength(shape));
  const joined = room < imageLanes(batch, 32);
  const most = joined ? Math.min(64, WORKGROUP_VECTORS / (channels * kernel * vectors)) : 32;
  const lanes = imageLanes(batch, Math.floor(most));
  const [across, down] = workgroupsOf(shape, { channels, vectors, splits: 1 });
  const rows = outHeight(shape);
  const affordable = Math.max(1, Math.floor(room / (joined ? 1 : lanes)));
  const parts = Math.min(ceilDiv(threads, across * down * lanes), affordable, rows);
  const splits = ceilDiv(rows, ceilDiv(rows, parts));
  return { lanesAre: 'images', channels, vectors, lanes, splits, joined };
}

const workgroupsOf = (
  shape: ConvShape,
  tile: Pick<ImageLanesTile, 'channels' | 'vectors' | 'splits'>,
) =>
  [
    ceilDiv(ceilDiv(shape.outChannels, 4), tile.vectors),
    ceilDiv(shape.inChannels, tile.channels) * shape.kernel,
    tile.splits,
  ] as const;

/** The gradient by `imageLanes.wgsl`: see `convWeightGradient`. */
export function imageLanesGradient<B>(
  shape: ConvShape,
  buffers: ConvWeightGradientBuffers<B>,
  tile: ImageLanesTile,
  norm: LoadNorm<B> | null,
): KernelCall<B> {
  const constants = {
    BATCH: shape.batch,
    ...shapeConstants(shape),
    OUT_VECTORS: ceilDiv(shape.outChannels, 4),
    CHANNELS: tile.channels,
    VECTORS: tile.vectors,
    LANES: tile.lanes,
    SUMS: tile.channels * shape.kernel * tile.vectors,
    ROWS_PER_SPLIT: ceilDiv(outHeight(shape), tile.splits),
    JOINED: tile.joined,
  };
  const workgroups = workgroupsOf(shape, tile);
  return weightGradientCall(shape, buffers, norm, { template, constants, workgroups });
}
