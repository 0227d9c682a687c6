/** Gradient of a convolution's input by `convTiled.wgsl`. */
import type { ConvShape } from '../convForward/shape.ts';
import {
  type ConvTile,
  imageGroups,
  inputGradientGeometry,
  tiledConstants,
  tilesOf,
} from '../convTiled/convTiled.ts';
import source from '../convTiled/convTiled.wgsl?raw';
import { ceilDiv, type KernelCall } from '../kernel.ts';
import { normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { storagePrelude } from '../storage.ts';
import {
  type ConvInputGradientBuffers,
  type ConvInputGradientFusion,
  inputGradientCall,
} from './shape.ts';

const template = `alias Loaded = vec4f;\n${normalize}${source}`;

/** Sums a channel that the kernel leaves. */
export function tiledTileSums(shape: ConvShape, tile: ConvTile): number {
  const geometry = inputGradientGeometry(shape);
  return geometry.classes * tilesOf(geometry, tile).count * imageGroups(shape, tile);
}

/**
 * As `convInputGradient`.
 * @throws RangeError when the batch is no multiple of 4, or the image takes more than 65,535 workgroups.
 */
export function tiledInputGradient<B>(
  shape: ConvShape,
  buffers: ConvInputGradientBuffers<B>,
  fusion: ConvInputGradientFusion<B>,
  tile: ConvTile,
): KernelCall<B> {
  const geometry = inputGradientGeometry(shape);
  const shared = tiledConstants(shape, geometry, tile);
  const constants = {
    ...shared,
    HEIGHT: shape.inHeight,
    WIDTH: shape.inWidth,
    INPUT_GRADIENT: true,
    HAS_BIAS: false,
    ...normConstants(null, shape.inChannels, 0),
    STATISTICS: false,
    MOMENTS_BINDING: 0,
  };
  return inputGradientCall(shape, buffers, fusion, {
    ...{ template, constants },
    storage: storagePrelude({ Source: shape.outputFormat, Made: shape.inputFormat }),
    workgroups: [
      shared.IMAGE_GROUPS,
      shared.TILES,
      ceilDiv(geometry.made, 4 * shared.VECTORS) * geometry.classes,
    ],
  });
}
