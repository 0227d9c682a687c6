import { expandTemplate } from '../../webgpu/template.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import source from './convForward.wgsl?raw';
import { type ConvShape, checkedWorkgroups, imageLanes, outHeight, outWidth } from './shape.ts';

/** What one thread computes, and how many threads a workgroup has. */
export interface ConvForwardTile {
  /** Output pixels of a thread, down and across. */
  readonly rows: number;
  readonly columns: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Images of a workgroup, one a thread. */
  readonly lanes: number;
  /** Pixel tiles of a workgroup. `lanes × tiles` is at most 256. */
  readonly tiles: number;
}

/** Candidates for a tuner, the default first. */
export function convForwardTiles(shape: ConvShape): ConvForwardTile[] {
  const width = outWidth(shape);
  const lanes = imageLanes(shape.batch, 64);
  const columns = Math.min(shape.kernel > 3 ? 2 : 8, width);
  const vectors = shape.kernel <= 3 && ceilDiv(shape.outChannels, 4) % 2 === 0 ? 2 : 1;
  const tiles = Math.max(1, Math.min(Math.floor(64 / lanes), outHeight(shape)));
  return [{ rows: 1, columns, vectors, lanes, tiles }];
}

/**
 * Convolution, forward. `input` [I, H, W, N], `weight` [I, kernel, kernel, O4], `bias` [O4] or null,
 * `output` [O, outHeight, outWidth, N]. Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the image takes more than 65,535 workgroups.
 */
export function convForward<B>(
  shape: ConvShape,
  buffers: { input: B; weight: B; bias: B | null; output: B },
  tile: ConvForwardTile = convForwardTiles(shape)[0] as ConvForwardTile,
): KernelCall<B> {
  const { input, weight, bias, output } = buffers;
  const outVectors = ceilDiv(shape.outChannels, 4);
  const tilesDown = ceilDiv(outHeight(shape), tile.rows);
  const tilesAcross = ceilDiv(outWidth(shape), tile.columns);
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
    ROWS: tile.rows,
    COLUMNS: tile.columns,
    VECTORS: tile.vectors,
    LANES: tile.lanes,
    TILES: tile.tiles,
    TILES_DOWN: tilesDown,
    TILES_ACROSS: tilesAcross,
    IN_ROWS: (tile.rows - 1) * shape.stride + shape.kernel,
    IN_COLUMNS: (tile.columns - 1) * shape.stride + shape.kernel,
  };
  return {
    kernel: 'convForward',
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: bias === null ? [input, weight, output] : [input, weight, output, bias],
    workgroups: checkedWorkgroups('convForward', [
      ceilDiv(shape.batch, tile.lanes),
      ceilDiv(tilesDown * tilesAcross, tile.tiles),
      ceilDiv(outVectors, tile.vectors),
    ]),
  };
}
