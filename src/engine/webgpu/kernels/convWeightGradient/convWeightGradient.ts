import type { ConvShape } from '../convForward/shape.ts';
import type { KernelCall } from '../kernel.ts';
import type { LoadNorm } from '../normalize.ts';
import { type ChannelLanesTile, channelLanesGradient } from './channelLanes.ts';
import { type ImageLanesTile, imageLanesGradient, imageLanesTile } from './imageLanes.ts';
import { type TiledTile, tiledGradient } from './tiled.ts';
import type { ConvWeightGradientBuffers } from './weightGradientCall.ts';

/** Three kernels, which differ in what a workgroup's lanes share out. */
export type ConvWeightGradientTile = ImageLanesTile | ChannelLanesTile | TiledTile;

/** How many copies of the weights' gradient, each a part of the sum, the kernel writes. */
export function convWeightGradientCopies(
  shape: ConvShape,
  tile: ConvWeightGradientTile = imageLanesTile(shape),
): number {
  switch (tile.lanesAre) {
    case 'tiles':
      return tile.stripParts * tile.rowParts;
    case 'channels':
      return tile.splits;
    case 'images':
      return tile.joined ? tile.splits : tile.splits * tile.lanes;
  }
}

/**
 * Gradient of a convolution's weights. `input` [I, H, W, N], `outputGradient` [O, outHeight, outWidth, N],
 * `partials` [copies, I, kernel, kernel, O4]: their sum over the copies is the gradient, 0 in surplus output channels.
 * With `norm` the convolution's input is what BatchNorm and activation make of `input`.
 * Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError above 65,535 workgroups in a dimension.
 */
export function convWeightGradient<B>(
  shape: ConvShape,
  buffers: ConvWeightGradientBuffers<B>,
  tile: ConvWeightGradientTile = imageLanesTile(shape),
  norm: LoadNorm<B> | null = null,
): KernelCall<B> {
  switch (tile.lanesAre) {
    case 'tiles':
      return tiledGradient(shape, buffers, tile, norm);
    case 'channels':
      return channelLanesGradient(shape, buffers, tile, norm);
    case 'images':
      return imageLanesGradient(shape, buffers, tile, norm);
  }
}
