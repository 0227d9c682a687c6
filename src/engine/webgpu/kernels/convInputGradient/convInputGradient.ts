import { padTo4 } from '../../../plan/layout.ts';
import type { Activation } from '../../../plan/operations/operation.ts';
import { expandTemplate } from '../template.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import {
  type ConvShape,
  checkedWorkgroups,
  convStorage,
  convWork,
  outHeight,
  outWidth,
} from '../convForward/shape.ts';
import type { ConvTile } from '../convTiled/convTiled.ts';
import {
  ceilDiv,
  kernelCall,
  type KernelCall,
  SUBGROUP_DIRECTIVES,
  withConstants,
} from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset } from '../normalize.ts';
import { SINGLE } from '../storage.ts';
import source from './convInputGradient.wgsl?raw';
import { tiledInputGradient, tiledTileSums } from './tiled.ts';
import { plainTile } from './tiles.ts';

/** For activations whose slope is told by their output. */
const withSlope = `${nan}${activationSource}${source}`;

/** The direct kernel: what one thread computes, and how many threads a workgroup has. */
export interface ConvInputGradientDirectTile {
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

/** One way to compute the gradient of a convolution's input. */
export type ConvInputGradientTile = ConvInputGradientDirectTile | ConvTile;

/** BatchNorm and activation that made the convolution's input: the first half of going back through them. */
export interface NormReduction<B> {
  /** BatchNorm's input, [I, H, W, N]. */
  readonly x: B;
  /** [I] each. */
  readonly mean: B;
  readonly rstd: B;
  readonly activation: Activation;
  /** The activation's output or, if that is nowhere in memory, γ and β to tell ReLU's anew: see `NormBindings`. */
  readonly from: { readonly activated: B } | { readonly affine: B };
  /** Sums for `combineSums`, two floats each: see `tileSumsLength`. */
  readonly tileSums: B;
}

export interface ConvInputGradientBuffers<B> {
  readonly outputGradient: B;
  readonly weight: B;
  readonly inputGradient: B;
}

/** What else the kernel does in passing. */
export interface ConvInputGradientFusion<B> {
  readonly accumulate: boolean;
  readonly reduction?: NormReduction<B> | null;
}

/** Sums a channel that the kernel leaves. */
export const tileSumsPerChannel = (shape: ConvShape, tile: ConvInputGradientTile): number =>
  tile.algorithm === 'tiled'
    ? tiledTileSums(shape, tile)
    : tilesOf(shape, tile).count * shape.stride ** 2 * shape.batch;

/** Into how many tiles the threads cut each class of pixels of a plane. */
function tilesOf({ inHeight, inWidth, stride }: ConvShape, tile: ConvInputGradientDirectTile) {
  const across = ceilDiv(ceilDiv(inWidth, stride), tile.columns);
  const down = ceilDiv(ceilDiv(inHeight, stride), tile.rows);
  return { across, down, count: across * down };
}

/** How the slope of the activation is told, as `SLOPE` in the kernel. */
export function slopeKind(reduction: NormReduction<unknown>): 0 | 1 | 2 {
  if (reduction.activation === 'none') return 0;
  if ('activated' in reduction.from) return 1;
  if (reduction.activation === 'relu') return 2;
  throw new Error(`the slope of ${reduction.activation} is told by its output`);
}

export function reductionBindings<B>(reduction: NormReduction<B> | null): B[] {
  if (reduction === null) return [];
  const { x, mean, rstd, tileSums, from, activation } = reduction;
  const bindings = [x, mean, rstd, tileSums];
  if (activation === 'none') return bindings;
  return [...bindings, 'activated' in from ? from.activated : from.affine];
}

/**
 * Gradient of a convolution's input. `outputGradient` [O, outHeight, outWidth, N], `weight` [I, kernel, kernel, O4],
 * `inputGradient` [I, H, W, N], which is added to if `accumulate` and overwritten if not.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the image takes more than 65,535 workgroups.
 */
export function convInputGradient<B>(
  shape: ConvShape,
  buffers: ConvInputGradientBuffers<B>,
  fusion: ConvInputGradientFusion<B>,
  tile: ConvInputGradientTile = plainTile(shape),
): KernelCall<B> {
  const { inputFormat = SINGLE, outputFormat = SINGLE } = shape;
  if (inputFormat.gradientScale !== outputFormat.gradientScale) {
    throw new Error('the gradients of input and output are stored with different scales');
  }
  return tile.algorithm === 'tiled'
    ? tiledInputGradient(shape, buffers, fusion, tile)
    : directInputGradient(shape, buffers, fusion, tile);
}

function directInputGradient<B>(
  shape: ConvShape,
  buffers: ConvInputGradientBuffers<B>,
  { accumulate, reduction = null }: ConvInputGradientFusion<B>,
  tile: ConvInputGradientDirectTile,
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
