/** Forward convolution: `direct` stages nothing, `tiled` stages what a workgroup reads in its memory. */
import type { MomentsTile } from '../combineMoments/moments.ts';
import type { ConvTile } from '../convTiled/convTiled.ts';
import type { KernelCall } from '../kernel.ts';
import {
  type DirectTile,
  directForward,
  directMomentsLength,
  directMomentsTile,
  plainTile,
} from './direct.ts';
import type { ConvForwardBuffers, ConvForwardFusion, ConvShape } from './shape.ts';
import { tiledForward, tiledMomentsLength, tiledMomentsTile } from './tiled.ts';

/** One way to compute a forward convolution. */
export type ConvForwardTile = DirectTile | ConvTile;

/** Floats of the moments that the kernel leaves. */
export const momentsLength = (shape: ConvShape, tile: ConvForwardTile): number =>
  tile.algorithm === 'tiled' ? tiledMomentsLength(shape, tile) : directMomentsLength(shape, tile);

/** What each of them was taken of. */
export const momentsTile = (tile: ConvForwardTile): MomentsTile =>
  tile.algorithm === 'tiled' ? tiledMomentsTile(tile) : directMomentsTile(tile);

/**
 * Convolution, forward. `input` [I, H, W, N], `weight` [I, kernel, kernel, O4], `bias` [O4] or null,
 * `output` [O, outHeight, outWidth, N]. Indices are u32: every buffer must be smaller than 2³² floats.
 * @throws RangeError when the image takes more than 65,535 workgroups.
 */
export function convForward<B>(
  shape: ConvShape,
  buffers: ConvForwardBuffers<B>,
  tile: ConvForwardTile = plainTile(shape),
  fusion: ConvForwardFusion<B> = {},
): KernelCall<B> {
  return tile.algorithm === 'tiled'
    ? tiledForward(shape, buffers, tile, fusion)
    : directForward(shape, buffers, tile, fusion);
}
