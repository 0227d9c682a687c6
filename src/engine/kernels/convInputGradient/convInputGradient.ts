import { expandTemplate } from '../../webgpu/template.ts';
import {
  type ConvShape,
  checkedWorkgroups,
  convWork,
  outHeight,
  outWidth,
} from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, padTo4, SUBGROUP_DIRECTIVES, withConstants } from '../kernel.ts';
import source from './convInputGradient.wgsl?raw';
import { plainTile } from './tiles.ts';

/** What one thread computes, and how many threads a workgroup has. */
export interface ConvInputGradientTile {
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

/**
 * Gradient of a convolution's input. `outputGradient` [O, outHeight, outWidth, N], `weight` [I, kernel, kernel, O4],
 * `inputGradient` [I, H, W, N], which is added to if `accumulate` and overwritten if not.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the image takes more than 65,535 workgroups.
 */
export function convInputGradient<B>(
  shape: ConvShape,
  buffers: { outputGradient: B; weight: B; inputGradient: B },
  { accumulate }: { accumulate: boolean },
  tile: ConvInputGradientTile = plainTile(shape),
): KernelCall<B> {
  const { kernel, stride, padding } = shape;
  const classHeight = ceilDiv(shape.inHeight, stride);
  const tilesAcross = ceilDiv(ceilDiv(shape.inWidth, stride), tile.columns);
  const tilesDown = ceilDiv(classHeight, tile.rows);
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
    TILES_ACROSS: tilesAcross,
    TILES_DOWN: tilesDown,
    TAPS: taps,
    OUT_COLUMNS: tile.columns + taps - 1,
  };
  return {
    kernel: 'convInputGradient',
    work: convWork(shape),
    code: withConstants(
      constants,
      expandTemplate(source, constants),
      tile.shared > 0 ? SUBGROUP_DIRECTIVES : '',
    ),
    bindings: [buffers.outputGradient, buffers.weight, buffers.inputGradient],
    workgroups: checkedWorkgroups('convInputGradient', [
      ceilDiv(shape.batch, tile.lanes),
      tilesDown * tilesAcross,
      ceilDiv(shape.inChannels, tile.channels) * stride * stride,
    ]),
  };
}
