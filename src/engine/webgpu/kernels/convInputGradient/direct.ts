/** A convolution's input gradient by a kernel that stages nothing: every thread loads what it needs. */

import { outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import {
  type ConvShape,
  checkedWorkgroups,
  convStorage,
  convWork,
  imageLanes,
} from '../convForward/shape.ts';
import {
  ceilDiv,
  type KernelCall,
  kernelCall,
  SUBGROUP_DIRECTIVES,
  withConstants,
} from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset } from '../normalize.ts';
import { SINGLE } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './direct.wgsl?raw';
import {
  type ConvInputGradientBuffers,
  type ConvInputGradientFusion,
  reductionBindings,
  slopeKind,
} from './shape.ts';

/** For activations whose slope is told by their output. */
const withSlope = `${nan}${activationSource}${source}`;

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
  { accumulate, reduction = null }: ConvInputGradientFusion<B>,
  tile: DirectTile,
): KernelCall<B> {
  const { kernel, stride, padding, inputFormat = SINGLE } = shape;
  const tiles = tilesOf(shape, tile);
  // Taps of a class of pixels, in one direction; and of one turn, for one output channel.
  const taps = ceilDiv(kernel, stride);
  const turnTaps = taps * (tile.unrolled ? taps : 1);
  const turnWeights = tile.channels * turnTaps * tile.turnChannels;
  const constants = {
    BATCH: shape.batch,
    IN_CHANNELS: shape.inChannels,
    IN_HEIGHT: shape.inHeight,
    IN_WIDTH: shape.inWidth,
    OUT_CHANNELS: shape.outChannels,
    OUT_PADDED: padTo4(shape.outChannels),
    OUT_HEIGHT: outHeight(shape),
    OUT_WIDTH: outWidth(shape),
    KERNEL: kernel,
    STRIDE: stride,
    PADDING: padding,
    ACCUMULATE: accumulate,
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
    REDUCE: reduction !== null,
    SLOPE: reduction === null ? 0 : slopeKind(reduction),
    ACTIVATION: ACTIVATION_INDEX[reduction?.activation ?? 'none'],
    BETA_OFFSET: betaOffset(shape.inChannels),
  };
  const { directives, declarations } = convStorage(shape);
  const expanded = () => expandTemplate(constants.SLOPE === 1 ? withSlope : source, constants);
  return kernelCall({
    kernel: 'convInputGradient',
    work: convWork(shape),
    code: () =>
      withConstants(
        { ...constants, UNSCALE: { f32: 1 / inputFormat.gradientScale } },
        declarations + expanded(),
        directives + (tile.shared > 0 ? SUBGROUP_DIRECTIVES : ''),
      ),
    bindings: [
      buffers.outputGradient,
      buffers.weight,
      buffers.inputGradient,
      ...reductionBindings(reduction),
    ],
    workgroups: checkedWorkgroups('convInputGradient', [
      ceilDiv(shape.batch, tile.lanes),
      tiles.count,
      ceilDiv(shape.inChannels, tile.channels) * stride * stride,
    ]),
  });
}
