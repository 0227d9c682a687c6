/** A convolution's input gradient by a kernel that stages nothing: every thread loads what it needs. */

import { padTo4 } from '../../../plan/layout.ts';
import { type ConvShape, convStorage, imageLanes, shapeConstants } from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, SUBGROUP_DIRECTIVES } from '../kernel.ts';
import source from './direct.wgsl?raw';
import {
  type ConvInputGradientBuffers,
  type ConvInputGradientFusion,
  inputGradientCall,
} from './shape.ts';

/** What one thread computes, and how many threads a workgroup has. */
export interface DirectTile {
  readonly algorithm: 'direct';
  /** Input pixels of a thread, neighbours (at stride 2, every second): columns and, where `unrolled`, rows. */
  readonly columns: number;
  readonly rows: number;
  /** Input channels of a thread. */
  readonly channels: number;
  /** Images of a workgroup, one a thread; at most 256. */
  readonly lanes: number;
  /** All rows of taps in one turn of the loop, at stride 1 only; else one. */
  readonly unrolled: boolean;
  /** Output channels in one turn; they divide the shape's, and are 1 unless `unrolled`. */
  readonly turnChannels: number;
  /** Lanes of a subgroup among which the loading of weights is shared out: 0 for none, else a divisor of `lanes`. */
  readonly shared: number;
}

/** About 32 sums a thread, as in `convForward`. */
export function plainTile(shape: ConvShape): DirectTile {
  const columns = Math.min(8, ceilDiv(shape.inWidth, shape.stride));
  const wanted = Math.max(4, Math.floor((shape.kernel === 1 ? 64 : 32) / columns));
  return tileOf(shape, { columns, channels: Math.min(wanted, 16) });
}

/** No larger than the shape. */
export function tileOf(
  shape: ConvShape,
  { columns, channels, shared = 0 }: { columns: number; channels: number; shared?: number },
): DirectTile {
  const lanes = imageLanes(shape.batch, 64);
  return {
    algorithm: 'direct',
    columns: Math.min(columns, ceilDiv(shape.inWidth, shape.stride)),
    rows: 1,
    channels: Math.min(channels, 16, shape.inChannels),
    lanes: shared === 0 ? lanes : shared * ceilDiv(lanes, shared),
    unrolled: false,
    turnChannels: 1,
    shared,
  };
}

/** Sums a channel that the kernel leaves. */
export const directTileSums = (shape: ConvShape, tile: DirectTile): number =>
  tilesOf(shape, tile).count * shape.stride ** 2 * shape.batch;

/** Into how many tiles the threads cut each class of pixels of a plane. */
function tilesOf({ inHeight, inWidth, stride }: ConvShape, tile: DirectTile) {
  const across = ceilDiv(ceilDiv(inWidth, stride), tile.columns);
  const down = ceilDiv(ceilDiv(inHeight, stride), tile.rows);
  return { across, down, count: across * down };
}

/** As `convInputGradient`. */
export function directInputGradient<B>(
  shape: ConvShape,
  buffers: ConvInputGradientBuffers<B>,
  fusion: ConvInputGradientFusion<B>,
  tile: DirectTile,
): KernelCall<B> {
  const { kernel, stride } = shape;
  const tiles = tilesOf(shape, tile);
  // Taps of a class of pixels, in one direction; and of one turn, for one output channel.
  const taps = ceilDiv(kernel, stride);
  const turnTaps = taps * (tile.unrolled ? taps : 1);
  const turnWeights = tile.channels * turnTaps * tile.turnChannels;
  const constants = {
    BATCH: shape.batch,
    ...shapeConstants(shape),
    OUT_PADDED: padTo4(shape.outChannels),
    COLUMNS: tile.columns,
    CHANNELS: tile.channels,
    LANES: tile.lanes,
    ROWS: tile.rows,
    UNROLLED: tile.unrolled,
    OUTPUTS: tile.turnChannels,
    TURN_TAPS: turnTaps,
    TURN_ROWS: tile.rows - 1 + (tile.unrolled ? taps : 1),
    SHARED: tile.shared,
    LOADS: tile.shared === 0 ? 0 : ceilDiv(turnWeights, tile.shared),
    TILES_ACROSS: tiles.across,
    TILES_DOWN: tiles.down,
    TILES: tiles.count * stride ** 2,
    TAPS: taps,
    OUT_COLUMNS: tile.columns + taps - 1,
  };
  const { directives, declarations } = convStorage(shape);
  return inputGradientCall(shape, buffers, fusion, {
    ...{ template: source, constants },
    storage: {
      declarations,
      directives: directives + (tile.shared > 0 ? SUBGROUP_DIRECTIVES : ''),
    },
    workgroups: [
      ceilDiv(shape.batch, tile.lanes),
      tiles.count,
      ceilDiv(shape.inChannels, tile.channels) * stride * stride,
    ],
  });
}
