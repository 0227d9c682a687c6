import { expandTemplate } from '../template.ts';
import type { MomentsTile } from '../combineMoments/moments.ts';
import type { ConvTile } from '../convTiled/convTiled.ts';
import {
  ceilDiv,
  kernelCall,
  type KernelCall,
  SUBGROUP_DIRECTIVES,
  withConstants,
} from '../kernel.ts';
import { type LoadNorm, normBindings, normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import source from './convForward.wgsl?raw';
import {
  type ConvShape,
  checkedWorkgroups,
  convStorage,
  convWork,
  outHeight,
  outWidth,
} from './shape.ts';
import { tiledForward, tiledMomentsLength, tiledMomentsTile } from './tiled.ts';
import { plainTile } from './tiles.ts';

const template = `alias Loaded = f32;\n${normalize}${source}`;

/** The direct kernel: what one thread computes, and how many threads a workgroup has. */
export interface ConvForwardDirectTile {
  readonly algorithm: 'direct';
  /** Output pixels of a thread: neighbouring columns and, where `unrolled`, rows. */
  readonly columns: number;
  readonly rows: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Images of a workgroup, one a thread; at most 256. */
  readonly lanes: number;
  /** All rows of taps in one turn of the loop; else one. */
  readonly unrolled: boolean;
  /** Input channels in one turn; they divide the shape's, and are 1 unless `unrolled`. */
  readonly turnChannels: number;
  /** Lanes of a subgroup among which the loading of weights is shared out: 0 for none, else a divisor of `lanes`. */
  readonly shared: number;
}

/** One way to compute a forward convolution. */
export type ConvForwardTile = ConvForwardDirectTile | ConvTile;

/** What else the kernel does in passing. */
export interface ConvForwardFusion<B> {
  /** BatchNorm and activation between `input` and the convolution. */
  readonly norm?: LoadNorm<B> | null;
  /** Moments of the output for `combineMoments`, two floats each: see `momentsLength`. */
  readonly moments?: B | null;
}

export interface ConvForwardBuffers<B> {
  readonly input: B;
  readonly weight: B;
  readonly bias: B | null;
  readonly output: B;
}

/** Floats of the moments that the kernel leaves. */
export const momentsLength = (shape: ConvShape, tile: ConvForwardTile): number =>
  tile.algorithm === 'tiled'
    ? tiledMomentsLength(shape, tile)
    : 2 * shape.outChannels * tilesOf(shape, tile).count * shape.batch;

/** What each of them was taken of. */
export const momentsTile = (tile: ConvForwardTile): MomentsTile =>
  tile.algorithm === 'tiled'
    ? tiledMomentsTile(tile)
    : { rows: tile.rows, columns: tile.columns, images: 1 };

/** Into how many tiles the threads cut each output plane. */
function tilesOf(shape: ConvShape, tile: ConvForwardDirectTile) {
  const across = ceilDiv(outWidth(shape), tile.columns);
  const down = ceilDiv(outHeight(shape), tile.rows);
  return { across, down, count: across * down };
}

/**
 * Convolution, forward. `input` [I, H, W, N], `weight` [I, kernel, kernel, O4], `bias` [O4] or null,
 * `output` [O, outHeight, outWidth, N]. Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the image takes more than 65,535 workgroups.
 */
export function convForward<B>(
  shape: ConvShape,
  buffers: ConvForwardBuffers<B>,
  tile: ConvForwardTile = plainTile(shape),
  fusion: ConvForwardFusion<B> = {},
): KernelCall<B> {
  return tile.algorithm === 'tiled'
    ? tiledForward(shape, buffers, tile, fusion)
    : directForward(shape, buffers, tile, fusion);
}

function directForward<B>(
  shape: ConvShape,
  buffers: ConvForwardBuffers<B>,
  tile: ConvForwardDirectTile,
  { norm = null, moments = null }: ConvForwardFusion<B>,
): KernelCall<B> {
  const { input, weight, bias, output } = buffers;
  const outVectors = ceilDiv(shape.outChannels, 4);
  const tiles = tilesOf(shape, tile);
  const inOrder = [input, weight, output, ...(bias === null ? [] : [bias])];
  const tapRows = tile.unrolled ? shape.kernel : 1;
  const taps = tile.turnChannels * tapRows * shape.kernel;
  const constants = {
    BATCH: shape.batch,
    IN_CHANNELS: shape.inChannels,
    IN_HEIGHT: shape.inHeight,
    IN_WIDTH: shape.inWidth,
    OUT_CHANNELS: shape.outChannels,
    OUT_VECTORS: outVectors,
    OUT_HEIGHT: outHeight(shape),
    OUT_WIDTH: outWidth(shape),
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    PADDING: shape.padding,
    HAS_BIAS: bias !== null,
    COLUMNS: tile.columns,
    VECTORS: tile.vectors,
    LANES: tile.lanes,
    ROWS: tile.rows,
    UNROLLED: tile.unrolled,
    CHANNELS: tile.turnChannels,
    TAP_ROWS: tapRows,
    TAPS: taps,
    TURN_ROWS: (tile.rows - 1) * shape.stride + tapRows,
    SHARED: tile.shared,
    LOADS: tile.shared === 0 ? 0 : ceilDiv(taps * tile.vectors, tile.shared),
    TILES_ACROSS: tiles.across,
    TILES_DOWN: tiles.down,
    IN_COLUMNS: (tile.columns - 1) * shape.stride + shape.kernel,
    ...normConstants(norm, shape.inChannels, inOrder.length),
    STATISTICS: moments !== null,
    MOMENTS_BINDING: inOrder.length + normBindings(norm).length,
  };
  const { directives, declarations } = convStorage(shape);
  return kernelCall({
    kernel: 'convForward',
    work: convWork(shape),
    code: () =>
      withConstants(
        constants,
        declarations + expandTemplate(template, constants),
        directives + (tile.shared > 0 ? SUBGROUP_DIRECTIVES : ''),
      ),
    bindings: [...inOrder, ...normBindings(norm), ...(moments === null ? [] : [moments])],
    workgroups: checkedWorkgroups('convForward', [
      ceilDiv(shape.batch, tile.lanes),
      tiles.count,
      ceilDiv(outVectors, tile.vectors),
    ]),
  });
}
