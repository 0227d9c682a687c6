/** A convolution's input gradient: `direct` stages nothing, `tiled` stages what a workgroup reads in its memory. */
import type { ConvShape } from '../convForward/shape.ts';
import type { ConvTile } from '../convTiled/convTiled.ts';
import type { KernelCall } from '../kernel.ts';
import { SINGLE } from '../storage.ts';
import { type DirectTile, directInputGradient, directTileSums, plainTile } from './direct.ts';
import type { ConvInputGradientBuffers, ConvInputGradientFusion } from './shape.ts';
import { tiledInputGradient, tiledTileSums } from './tiled.ts';

/** One way to compute the gradient of a convolution's input. */
export type ConvInputGradientTile = DirectTile | ConvTile;

/** Sums a channel that the kernel leaves. */
export const tileSumsPerChannel = (shape: ConvShape, tile: ConvInputGradientTile): number =>
  tile.algorithm === 'tiled' ? tiledTileSums(shape, tile) : directTileSums(shape, tile);

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
