/** Convolution tiles for GPUs, forward and backward to the input: what `convTiled.wgsl` is told. */

import { outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import type { ConvShape } from '../convForward/shape.ts';
import { ceilDiv } from '../kernel.ts';

/** What a workgroup makes, and how its threads share it out. */
export interface ConvTile {
  readonly algorithm: 'tiled';
  /** Threads over images, four images each; the shape's batch is a multiple of 4. */
  readonly imageLanes: number;
  /** Threads over pixels of a row, and pixels of each. */
  readonly columnLanes: number;
  readonly threadColumns: number;
  /** Rows of pixels, one a thread. */
  readonly rows: number;
  /** Threads over channels, and channels of each in fours. */
  readonly channelLanes: number;
  readonly threadVectors: number;
  /** Groups of such threads that share out the channels summed over. */
  readonly slices: number;
  /** Channels summed over that a slice stages at a time. */
  readonly turn: number;
}

/** One of the two directions, as a convolution at stride `step` over `source`. */
export interface TiledGeometry {
  /** Channels summed over, and channels made. */
  readonly depth: number;
  readonly made: number;
  readonly sourceHeight: number;
  readonly sourceWidth: number;
  /** Pixels made, of one class. */
  readonly height: number;
  readonly width: number;
  readonly step: number;
  /** Taps of a class, in one direction. */
  readonly taps: number;
  /** Classes of pixels, each a convolution of its own. */
  readonly classes: number;
}

/** Forward: the source is the input. */
export function forwardGeometry(shape: ConvShape): TiledGeometry {
  return {
    depth: shape.inChannels,
    made: shape.outChannels,
    sourceHeight: shape.inHeight,
    sourceWidth: shape.inWidth,
    height: outHeight(shape),
    width: outWidth(shape),
    step: shape.stride,
    taps: shape.kernel,
    classes: 1,
  };
}

/** Pixels whose row and column leave the same remainder by the stride have the same taps: they are a class. */
export function inputGradientGeometry(shape: ConvShape): TiledGeometry {
  return {
    depth: shape.outChannels,
    made: shape.inChannels,
    sourceHeight: outHeight(shape),
    sourceWidth: outWidth(shape),
    height: ceilDiv(shape.inHeight, shape.stride),
    width: ceilDiv(shape.inWidth, shape.stride),
    step: 1,
    taps: ceilDiv(shape.kernel, shape.stride),
    classes: shape.stride ** 2,
  };
}

/** Groups of lanes whose sums are added up first. */
const PARTS = 8;

/** Into how many tiles a plane of one class is cut. */
export function tilesOf({ height, width }: TiledGeometry, tile: ConvTile) {
  const columns = tile.columnLanes * tile.threadColumns;
  const across = ceilDiv(width, columns);
  return { columns, across, count: across * ceilDiv(height, tile.rows) };
}

/** Workgroups that the images are shared out to. */
export const imageGroups = ({ batch }: ConvShape, { imageLanes }: ConvTile): number =>
  ceilDiv(batch, 4 * imageLanes);

/** Threads of a workgroup. */
export const lanesOf = (tile: ConvTile): number =>
  tile.imageLanes * tile.columnLanes * tile.rows * tile.channelLanes * tile.slices;

/**
 * Of the template, but for what the directions have of their own.
 * @throws RangeError when four images are no vector: the batch must be a multiple of 4.
 */
export function tiledConstants(shape: ConvShape, geometry: TiledGeometry, tile: ConvTile) {
  if (shape.batch % 4 !== 0) throw new RangeError(`${keyOfTile(tile)}: a batch of ${shape.batch}`);
  const { step, taps } = geometry;
  const { columns, across, count } = tilesOf(geometry, tile);
  const lanes = lanesOf(tile);
  const sliceLanes = lanes / tile.slices;
  const vectors = tile.channelLanes * tile.threadVectors;
  const stagedRows = (tile.rows - 1) * step + taps;
  const stagedColumns = (columns - 1) * step + taps;
  const channelPixels = stagedRows * stagedColumns * tile.imageLanes;
  const turnWeights = tile.turn * taps ** 2 * vectors;
  const sums = 4 * tile.threadVectors * tile.threadColumns;
  return {
    BATCH: shape.batch,
    IMAGE_VECTORS: shape.batch / 4,
    IMAGE_GROUPS: imageGroups(shape, tile),
    DEPTH: geometry.depth,
    MADE: geometry.made,
    SOURCE_HEIGHT: geometry.sourceHeight,
    SOURCE_WIDTH: geometry.sourceWidth,
    KERNEL: shape.kernel,
    STRIDE: shape.stride,
    STEP: step,
    PADDING: shape.padding,
    TAPS: taps,
    CLASSES: geometry.classes,
    OUT_PADDED: padTo4(shape.outChannels),
    OUT_VECTORS: padTo4(shape.outChannels) / 4,
    LANES: lanes,
    SLICES: tile.slices,
    SLICE_LANES: sliceLanes,
    IMAGE_LANES: tile.imageLanes,
    COLUMN_LANES: tile.columnLanes,
    THREAD_COLUMNS: tile.threadColumns,
    COLUMNS: columns,
    ROWS: tile.rows,
    SPATIAL_LANES: tile.imageLanes * tile.columnLanes * tile.rows,
    THREAD_VECTORS: tile.threadVectors,
    VECTORS: vectors,
    SUMS: sums,
    TURN: tile.turn,
    TURNS: ceilDiv(geometry.depth, tile.turn * tile.slices),
    STAGED_ROWS: stagedRows,
    STAGED_COLUMNS: stagedColumns,
    CHANNEL_PIXELS: channelPixels,
    PIECES: piecesOf(geometry, tile),
    // The sums of a slice, and those of the epilogue, pass through the same memory.
    PIXEL_VECTORS: Math.max(
      tile.slices * tile.turn * channelPixels,
      tile.slices > 1 ? sums * sliceLanes : 0,
      2 * tile.threadVectors * sliceLanes,
    ),
    TURN_WEIGHTS: turnWeights,
    WEIGHT_PIECES: ceilDiv(turnWeights, sliceLanes),
    TILES_ACROSS: across,
    TILES: count,
    PARTS,
  };
}

/** vec4f of the source that a thread stages of each channel. */
export function piecesOf(geometry: TiledGeometry, tile: ConvTile): number {
  const columns = (tilesOf(geometry, tile).columns - 1) * geometry.step + geometry.taps;
  const rows = (tile.rows - 1) * geometry.step + geometry.taps;
  return ceilDiv(rows * columns * tile.imageLanes * tile.slices, lanesOf(tile));
}

/** vec4f of source and weights that a thread stages each turn. */
export function stagedVectors(geometry: TiledGeometry, tile: ConvTile): number {
  const weights = tile.turn * geometry.taps ** 2 * tile.channelLanes * tile.threadVectors;
  return tile.turn * piecesOf(geometry, tile) + ceilDiv(weights * tile.slices, lanesOf(tile));
}

/** Bytes of workgroup memory. */
export function workgroupBytes(shape: ConvShape, geometry: TiledGeometry, tile: ConvTile): number {
  const { PIXEL_VECTORS, SLICES, TURN_WEIGHTS, VECTORS } = tiledConstants(shape, geometry, tile);
  return 16 * (PIXEL_VECTORS + SLICES * TURN_WEIGHTS + 2 * VECTORS * PARTS + VECTORS);
}

/** As in `Tunable.keyOf`. */
export const keyOfTile = (tile: ConvTile): string =>
  `tiled/i${tile.imageLanes}c${tile.columnLanes}x${tile.threadColumns}r${tile.rows}g${tile.channelLanes}v${tile.threadVectors}s${tile.slices}u${tile.turn}`;
