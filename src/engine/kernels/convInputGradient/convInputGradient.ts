import { expandTemplate } from '../../webgpu/template.ts';
import {
  type ConvShape,
  checkedWorkgroups,
  convWork,
  imageLanes,
  outHeight,
  outWidth,
} from '../convForward/shape.ts';
import { ceilDiv, type KernelCall, padTo4, withConstants } from '../kernel.ts';
import { distinct } from '../tunable.ts';
import source from './convInputGradient.wgsl?raw';

/** What one thread computes, and how many threads a workgroup has. */
export interface ConvInputGradientTile {
  /** Input pixels of a thread: neighbours at stride 1, every second at stride 2. */
  readonly columns: number;
  /** Input channels of a thread. */
  readonly channels: number;
  /** Images of a workgroup, one a thread; at most 256. */
  readonly lanes: number;
}

/** Candidates for a tuner: the default, then what most often beats it. */
export function convInputGradientTiles(shape: ConvShape): ConvInputGradientTile[] {
  const columns = Math.min(8, ceilDiv(shape.inWidth, shape.stride));
  // About 32 sums a thread, as in `convForward`.
  const wanted = Math.max(4, Math.floor((shape.kernel === 1 ? 64 : 32) / columns));
  const channels = Math.min(wanted, 16, shape.inChannels);
  const lanes = imageLanes(shape.batch, 64);
  const tile = (wantedColumns: number, wantedChannels: number): ConvInputGradientTile => ({
    columns: Math.min(wantedColumns, ceilDiv(shape.inWidth, shape.stride)),
    channels: Math.min(wantedChannels, 16, shape.inChannels),
    lanes,
  });
  return distinct([
    { columns, channels, lanes },
    // More sums reuse every load more often; fewer leave room for more threads.
    tile(8, 2 * channels),
    tile(16, channels),
    tile(4, 8),
    tile(4, 4),
    { columns, channels, lanes: imageLanes(shape.batch, 32) },
    { columns, channels, lanes: imageLanes(shape.batch, 128) },
  ]);
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
  tile: ConvInputGradientTile = convInputGradientTiles(shape)[0] as ConvInputGradientTile,
): KernelCall<B> {
  const { kernel, stride, padding } = shape;
  const classHeight = ceilDiv(shape.inHeight, stride);
  const tilesAcross = ceilDiv(ceilDiv(shape.inWidth, stride), tile.columns);
  // Taps of a class of pixels, in one direction.
  const taps = ceilDiv(kernel, stride);
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
    TILES_ACROSS: tilesAcross,
    TAPS: taps,
    OUT_COLUMNS: tile.columns + taps - 1,
  };
  return {
    kernel: 'convInputGradient',
    work: convWork(shape),
    code: withConstants(constants, expandTemplate(source, constants)),
    bindings: [buffers.outputGradient, buffers.weight, buffers.inputGradient],
    workgroups: checkedWorkgroups('convInputGradient', [
      ceilDiv(shape.batch, tile.lanes),
      classHeight * tilesAcross,
      ceilDiv(shape.inChannels, tile.channels) * stride * stride,
    ]),
  };
}
