import { expandTemplate } from '../../webgpu/template.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import { distinct } from '../tunable.ts';
import source from './convForward.wgsl?raw';
import {
  type ConvShape,
  checkedWorkgroups,
  convWork,
  imageLanes,
  outHeight,
  outWidth,
} from './shape.ts';

/** What one thread computes, and how many threads a workgroup has. */
export interface ConvForwardTile {
  /** Neighbouring output pixels of a thread. */
  readonly columns: number;
  /** Output channels of a thread, in fours. */
  readonly vectors: number;
  /** Images of a workgroup, one a thread; at most 256. */
  readonly lanes: number;
}

/** Candidates for a tuner: the default, then what most often beats it. */
export function convForwardTiles(shape: ConvShape): ConvForwardTile[] {
  const columns = Math.min(8, outWidth(shape));
  // About 32 sums a thread; 1×1 kernels reuse no pixel across taps, so they take more channels.
  const wanted = Math.max(1, Math.floor((shape.kernel === 1 ? 16 : 8) / columns));
  const vectors = Math.min(wanted, 4, ceilDiv(shape.outChannels, 4));
  const lanes = imageLanes(shape.batch, 64);
  const tile = (wantedColumns: number, wantedVectors: number): ConvForwardTile => ({
    columns: Math.min(wantedColumns, outWidth(shape)),
    vectors: Math.min(wantedVectors, ceilDiv(shape.outChannels, 4)),
    lanes,
  });
  return distinct([
    { columns, vectors, lanes },
    // More sums reuse every load more often; fewer leave room for more threads.
    tile(8, 2 * vectors),
    tile(16, vectors),
    tile(4, 2),
    tile(4, 1),
    { columns, vectors, lanes: imageLanes(shape.batch, 32) },
    { columns, vectors, lanes: imageLanes(shape.batch, 128) },
  ]);
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
    COLUMNS: tile.columns,
    VECTORS: tile.vectors,
    LANES: tile.lanes,
    TILES_ACROSS: tilesAcross,
    IN_COLUMNS: (tile.columns - 1) * shape.stride + shape.kernel,
  };
  return {
    kernel: 'convForward',
    work: convWork(shape),
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [input, weight, output, ...(bias === null ? [] : [bias])],
    workgroups: checkedWorkgroups('convForward', [
      ceilDiv(shape.batch, tile.lanes),
      outHeight(shape) * tilesAcross,
      ceilDiv(outVectors, tile.vectors),
    ]),
  };
}
