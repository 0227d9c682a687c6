import { outHeight, outWidth, weightLength } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { type ConvShape, shapeConstants } from '../convForward/shape.ts';
import { ceilDiv, type KernelCall } from '../kernel.ts';
import { WORKGROUP_BYTES, WORKGROUP_LANES } from '../limits.ts';
import type { LoadNorm } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { MOST_FLOATS } from './imageLanes.ts';
import source from './tiled.wgsl?raw';
import { type ConvWeightGradientBuffers, weightGradientCall } from './weightGradientCall.ts';

const template = `${normalize}${source}`;

/** Loads are shared in workgroup memory: what one thread sums, how threads are arranged, how the sum is shared out. */
export interface TiledTile {
  readonly lanesAre: 'tiles';
  /** Input channels of a thread. */
  readonly channels: number;
  /** Output channels of a thread: a multiple of `vector`. */
  readonly outputs: number;
  /** Neighbouring output columns of a thread. */
  readonly columns: number;
  /** Images of one load; divides the batch. */
  readonly vector: 1 | 2 | 4;
  /** Threads of a workgroup, side by side in each of four directions; the last two share out the sum. */
  readonly channelLanes: number;
  readonly outputLanes: number;
  /** In `vector`s. */
  readonly imageLanes: number;
  readonly columnLanes: number;
  /** Parts that the strips of columns, of all images, are cut into, each for other workgroups. */
  readonly stripParts: number;
  /** Parts that the rows are cut into, likewise. */
  readonly rowParts: number;
}

export type TiledLanes = Omit<TiledTile, 'stripParts' | 'rowParts'>;

/** Threads that keep a GPU busy. */
export const GPU_THREADS = 2 ** 16;

/** Larger kernels' rows of taps go to different workgroups: a thread could not hold all sums. */
const tapRows = (kernel: number): number => (kernel <= 3 ? kernel : 1);

/**
 * A 1×1 convolution without stride is a matrix product that knows no images: it may as well have these many in a batch
 * and these many columns, which makes a workgroup's loads contiguous.
 */
function viewed(
  shape: ConvShape,
  { vector, imageLanes, columns, columnLanes }: TiledLanes,
): ConvShape {
  const { kernel, stride, padding, batch, inHeight, inWidth } = shape;
  const images = vector * imageLanes;
  const width = columns * columnLanes;
  const pixels = batch * inHeight * inWidth;
  if (kernel > 1 || stride > 1 || padding > 0 || pixels % (images * width) !== 0) return shape;
  return { ...shape, batch: images, inWidth: width, inHeight: pixels / (images * width) };
}

/** What a tile makes of a shape: counts of all that the kernel walks over and keeps. */
function dimensionsOf(shape: ConvShape, tile: TiledLanes) {
  const { kernel, stride } = shape;
  const { vector, imageLanes, channelLanes, outputLanes, outputs } = tile;
  const columns = tile.columns * tile.columnLanes;
  const inColumns = (columns - 1) * stride + kernel;
  const blockChannels = channelLanes * tile.channels;
  const blockOutputs = outputLanes * outputs;
  const parts = imageLanes * tile.columnLanes;
  const inPitch = stagedPitch(blockChannels, tile);
  const outPitch = stagedPitch(blockOutputs, tile);
  const staged = imageLanes * (inColumns * inPitch + columns * outPitch);
  const sums = (parts * channelLanes * blockOutputs) / vector;
  const stage = Math.max(staged, sums);
  return {
    columns,
    inColumns,
    blockChannels,
    blockOutputs,
    parts,
    threads: channelLanes * outputLanes * parts,
    inPitch,
    outPitch,
    stage,
    stageBytes: 4 * vector * stage,
    chunks: ceilDiv(shape.batch / vector, imageLanes),
    strips: ceilDiv(outWidth(shape), columns),
    blocks: [
      ceilDiv(padTo4(shape.outChannels), blockOutputs),
      ceilDiv(shape.inChannels, blockChannels) * (kernel / tapRows(kernel)),
    ] as const,
  };
}

/**
 * Where sums lie in workgroup memory: a row of SUM_VECTORS for each channel, and SUM_ROWS such rows over all of its 32
 * banks of 4 bytes. In the rows that follow, places are changed by exclusive or, a multiple of SUM_STEP, so that lanes of
 * different channels, which write at once, hit different banks.
 */
function sumPlaces({ vector, outputs, outputLanes }: TiledLanes) {
  const row = (outputLanes * outputs) / vector;
  const step = outputLanes % 2 === 0 ? 2 : 1;
  return {
    SUM_VECTORS: row,
    SUM_ROWS: Math.max(1, Math.floor(32 / vector / row)),
    SUM_STEP: step,
    // Of a length that is no power of two, exclusive or would lead out of the row.
    SUM_SPREAD: Number.isInteger(Math.log2(row)) ? Math.max(1, row / step) : 1,
  };
}

/**
 * From the channels of one image to the next in workgroup memory: threads that store neighbouring images of neighbouring
 * channels at once hit different banks, of which there are 32 of 4 bytes.
 */
function stagedPitch(channels: number, { vector, imageLanes }: TiledLanes): number {
  const atOnce = 32 / vector;
  const wanted = Math.max(1, Math.floor(atOnce / imageLanes)) % atOnce;
  return channels + ((((wanted - channels) % atOnce) + atOnce) % atOnce);
}

const VECTORS = [4, 2, 1] as const;

const powerOfTwoFrom = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/** The tile closest to `wanted` that the shape and a workgroup's limits allow; about `threads` threads in all. */
export function tiledTile(shape: ConvShape, wanted: TiledLanes, threads = GPU_THREADS): TiledTile {
  const vector = VECTORS.find((v) => v <= wanted.vector && shape.batch % v === 0) ?? 1;
  const channels = Math.min(wanted.channels, shape.inChannels);
  const outputs = Math.min(wanted.outputs, padTo4(shape.outChannels));
  const channelLanes = Math.min(
    wanted.channelLanes,
    powerOfTwoFrom(ceilDiv(shape.inChannels, channels)),
  );
  const outputLanes = Math.min(
    wanted.outputLanes,
    powerOfTwoFrom(ceilDiv(shape.outChannels, outputs)),
  );
  // Columns and images swap places if there are too few of one.
  const isMatrix = shape.kernel === 1 && shape.stride === 1;
  const width = isMatrix ? Number.POSITIVE_INFINITY : outWidth(shape);
  const columns = Math.min(wanted.columns, width);
  const vectors = isMatrix ? wanted.imageLanes : shape.batch / vector;
  const imageLanes = ceilDiv(vectors, ceilDiv(vectors, wanted.imageLanes));
  const parts = Math.min(
    wanted.imageLanes * wanted.columnLanes,
    Math.floor(WORKGROUP_LANES / (channelLanes * outputLanes)),
  );
  const columnLanes = Math.max(
    1,
    Math.min(Math.floor(parts / imageLanes), ceilDiv(width, columns)),
  );
  let lanes: TiledLanes = {
    ...wanted,
    channels,
    outputs,
    vector,
    channelLanes,
    outputLanes,
    columns,
    imageLanes,
    columnLanes,
  };
  while (dimensionsOf(shape, lanes).stageBytes > WORKGROUP_BYTES) lanes = smaller(lanes);
  return { ...lanes, ...partsOf(shape, lanes, threads) };
}

/** Of fewer threads, which stage less at once. */
const smaller = (lanes: TiledLanes): TiledLanes =>
  lanes.columnLanes > 1
    ? { ...lanes, columnLanes: lanes.columnLanes - 1 }
    : { ...lanes, imageLanes: lanes.imageLanes - 1 };

/** Cuts the sum into about as many parts as keep a GPU busy, and no more copies than fit. */
function partsOf(
  shape: ConvShape,
  lanes: TiledLanes,
  wantedThreads: number,
): Pick<TiledTile, 'stripParts' | 'rowParts'> {
  const view = viewed(shape, lanes);
  const { threads, blocks, chunks, strips } = dimensionsOf(view, lanes);
  const wanted = wantedThreads / (threads * blocks[0] * blocks[1]);
  const room = Math.floor(MOST_FLOATS / weightLength(shape));
  const splits = Math.max(1, Math.min(Math.round(wanted), room));
  const walks = chunks * strips;
  const stripParts = ceilDiv(walks, ceilDiv(walks, Math.min(splits, walks)));
  const rows = outHeight(view);
  const rowParts = Math.min(rows, Math.max(1, Math.floor(splits / stripParts)));
  return { stripParts, rowParts: ceilDiv(rows, ceilDiv(rows, rowParts)) };
}

/** The gradient by `tiled.wgsl`: see `convWeightGradient`. */
export function tiledGradient<B>(
  shape: ConvShape,
  buffers: ConvWeightGradientBuffers<B>,
  tile: TiledTile,
  norm: LoadNorm<B> | null,
): KernelCall<B> {
  const view = viewed(shape, tile);
  const { vector, imageLanes, rowParts, stripParts } = tile;
  const sizes = dimensionsOf(view, tile);
  const { inColumns, columns, blockChannels, blockOutputs, threads, chunks, strips } = sizes;
  const inItems = inColumns * imageLanes * blockChannels;
  const outItems = columns * imageLanes * blockOutputs;
  const constants = {
    VECTOR: vector,
    IMAGES: view.batch / vector,
    ...shapeConstants(view),
    OUT_VECTORS: padTo4(view.outChannels) / vector,
    TAP_ROWS: tapRows(view.kernel),
    CHANNELS: tile.channels,
    OUTPUTS: tile.outputs,
    TILE_COLUMNS: tile.columns,
    TILE_IN_COLUMNS: (tile.columns - 1) * view.stride + view.kernel,
    CHANNEL_LANES: tile.channelLanes,
    OUTPUT_LANES: tile.outputLanes,
    IMAGE_LANES: imageLanes,
    PARTS: sizes.parts,
    THREADS: threads,
    COLUMNS: columns,
    IN_COLUMNS: inColumns,
    BLOCK_CHANNELS: blockChannels,
    BLOCK_OUTPUTS: blockOutputs,
    CHUNKS: chunks,
    STRIPS: strips,
    WALKS: ceilDiv(chunks * strips, stripParts),
    ROW_PARTS: rowParts,
    ROWS: ceilDiv(outHeight(view), rowParts),
    IN_PITCH: sizes.inPitch,
    OUT_PITCH: sizes.outPitch,
    ...sumPlaces(tile),
    STAGE: sizes.stage,
    BUFFERS: 2 * sizes.stageBytes <= WORKGROUP_BYTES ? 2 : 1,
    IN_ITEMS: inItems,
    OUT_ITEMS: outItems,
    IN_LOADS: ceilDiv(inItems, threads),
    OUT_LOADS: ceilDiv(outItems, threads),
  };
  const workgroups = [...sizes.blocks, rowParts * stripParts] as const;
  return weightGradientCall(shape, buffers, norm, { template, constants, workgroups });
}
