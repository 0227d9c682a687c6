import { expandTemplate } from '../../webgpu/template.ts';
import {
  type ConvShape,
  checkedWorkgroups,
  imageLanes,
  outHeight,
  outWidth,
} from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import source from './convInputGradient.wgsl?raw';

/** What one thread computes, and how many threads a workgroup has. */
export interface ConvInputGradientTile {
  /** Input pixels of a thread, down and across: multiples of the stride. */
  readonly rows: number;
  readonly columns: number;
  /** Input channels of a thread. */
  readonly channels: number;
  /** Images of a workgroup, one a thread. */
  readonly lanes: number;
  /** Pixel tiles of a workgroup. `lanes × tiles` is at most 256. */
  readonly tiles: number;
}

/** Candidates for a tuner, the default first. */
export function convInputGradientTiles(shape: ConvShape): ConvInputGradientTile[] {
  const { inWidth, stride, inChannels } = shape;
  const lanes = imageLanes(shape.batch, 64);
  const columns =
    stride * Math.min(ceilDiv(inWidth, stride), ceilDiv(shape.kernel > 3 ? 2 : 8, stride));
  const channels = shape.kernel > 3 ? 1 : inChannels % 4 === 0 ? 4 : Math.min(inChannels, 3);
  const tilesDown = ceilDiv(shape.inHeight, stride);
  const tiles = Math.max(1, Math.min(Math.floor(64 / lanes), tilesDown));
  return [{ rows: stride, columns, channels, lanes, tiles }];
}

/**
 * Gradient of a convolution's input. `outputGradient` [O, outHeight, outWidth, N], `weight` [I, kernel, kernel, O4],
 * `inputGradient` [I, H, W, N], which is added to if `accumulate` and overwritten if not.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the tile does not fit the stride, or the image takes more than 65,535 workgroups.
 */
export function convInputGradient<B>(
  shape: ConvShape,
  buffers: { outputGradient: B; weight: B; inputGradient: B },
  { accumulate }: { accumulate: boolean },
  tile: ConvInputGradientTile = convInputGradientTiles(shape)[0] as ConvInputGradientTile,
): KernelCall<B> {
  const { kernel, stride, padding } = shape;
  if (tile.rows % stride !== 0 || tile.columns % stride !== 0) {
    throw new RangeError(`tile ${tile.rows} × ${tile.columns} is no multiple of stride ${stride}`);
  }
  const before = Math.floor((kernel - 1 - padding) / stride);
  const covered = (pixels: number) => Math.floor((pixels - 1 + padding) / stride) + before + 1;
  const tilesDown = ceilDiv(shape.inHeight, tile.rows);
  const tilesAcross = ceilDiv(shape.inWidth, tile.columns);
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
    ACCUMULATE: accumulate,
    ROWS: tile.rows,
    COLUMNS: tile.columns,
    CHANNELS: tile.channels,
    LANES: tile.lanes,
    TILES: tile.tiles,
    TILES_DOWN: tilesDown,
    TILES_ACROSS: tilesAcross,
    BEFORE: before,
    OUT_ROWS: covered(tile.rows),
    OUT_COLUMNS: covered(tile.columns),
  };
  return {
    kernel: 'convInputGradient',
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [buffers.outputGradient, buffers.weight, buffers.inputGradient],
    workgroups: checkedWorkgroups('convInputGradient', [
      ceilDiv(shape.batch, tile.lanes),
      ceilDiv(tilesDown * tilesAcross, tile.tiles),
      ceilDiv(shape.inChannels, tile.channels),
    ]),
  };
}
