/** Forward convolution that stages nothing: every thread loads what it needs. */

import { outHeight, outWidth } from '../../../plan/geometry.ts';
import type { MomentsTile } from '../combineMoments/moments.ts';
import {
  ceilDiv,
  type KernelCall,
  kernelCall,
  SUBGROUP_DIRECTIVES,
  withConstants,
} from '../kernel.ts';
import { normBindings, normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { expandTemplate } from '../template.ts';
import source from './direct.wgsl?raw';
import {
  type ConvForwardBuffers,
  type ConvForwardFusion,
  type ConvShape,
  checkedWorkgroups,
  convStorage,
  convWork,
  imageLanes,
  shapeConstants,
} from './shape.ts';

const template = `alias Loaded = f32;\n${normalize}${source}`;

/** What one thread computes, and how many threads a workgroup has. */
export interface DirectTile {
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

/** About 32 sums a thread. 1×1 kernels reuse no pixel across taps, so they take more channels. */
export function plainTile(shape: ConvShape): DirectTile {
  const columns = Math.min(8, outWidth(shape));
  const wanted = Math.max(1, Math.floor((shape.kernel === 1 ? 16 : 8) / columns));
  return tileOf(shape, { columns, vectors: Math.min(wanted, 4) });
}

/** No larger than the shape. */
export function tileOf(
  shape: ConvShape,
  { columns, vectors, shared = 0 }: { columns: number; vectors: number; shared?: number },
): DirectTile {
  const lanes = imageLanes(shape.batch, 64);
  return {
    algorithm: 'direct',
    columns: Math.min(columns, outWidth(shape)),
    rows: 1,
    vectors: Math.min(vectors, ceilDiv(shape.outChannels, 4)),
    lanes: shared === 0 ? lanes : shared * ceilDiv(lanes, shared),
    unrolled: false,
    turnChannels: 1,
    shared,
  };
}

/** Floats of the moments that the kernel leaves. */
export const directMomentsLength = (shape: ConvShape, tile: DirectTile): number =>
  2 * shape.outChannels * tilesOf(shape, tile).count * shape.batch;

/** What each of them was taken of. */
export const directMomentsTile = ({ rows, columns }: DirectTile): MomentsTile => ({
  rows,
  columns,
  images: 1,
});

/** Into how many tiles the threads cut each output plane. */
function tilesOf(shape: ConvShape, tile: DirectTile) {
  const across = ceilDiv(outWidth(shape), tile.columns);
  const down = ceilDiv(outHeight(shape), tile.rows);
  return { across, down, count: across * down };
}

/** As `convForward`. */
export function directForward<B>(
  shape: ConvShape,
  buffers: ConvForwardBuffers<B>,
  tile: DirectTile,
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
    ...shapeConstants(shape),
    OUT_VECTORS: outVectors,
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
