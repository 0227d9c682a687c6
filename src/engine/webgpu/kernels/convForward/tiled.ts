/** Forward convolution by `convTiled.wgsl`. */

import type { MomentsTile } from '../combineMoments/moments.ts';
import {
  type ConvTile,
  forwardGeometry,
  imageGroups,
  tiledConstants,
  tilesOf,
} from '../convTiled/convTiled.ts';
import source from '../convTiled/convTiled.wgsl?raw';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { normBindings, normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { storagePrelude } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import {
  type ConvForwardBuffers,
  type ConvForwardFusion,
  type ConvShape,
  checkedWorkgroups,
  convWork,
} from './shape.ts';

const template = `alias Loaded = vec4f;\n${normalize}${source}`;

/** What each pair of moments was taken of. */
export const tiledMomentsTile = (tile: ConvTile): MomentsTile => ({
  rows: tile.rows,
  columns: tile.columnLanes * tile.threadColumns,
  images: 4 * tile.imageLanes,
});

/** Floats of the moments that the kernel leaves. */
export const tiledMomentsLength = (shape: ConvShape, tile: ConvTile): number =>
  2 * shape.outChannels * tilesOf(forwardGeometry(shape), tile).count * imageGroups(shape, tile);

/**
 * As `convForward`.
 * @throws RangeError when the batch is no multiple of 4, or the image takes more than 65,535 workgroups.
 */
export function tiledForward<B>(
  shape: ConvShape,
  { input, weight, bias, output }: ConvForwardBuffers<B>,
  tile: ConvTile,
  { norm = null, moments = null }: ConvForwardFusion<B>,
): KernelCall<B> {
  const geometry = forwardGeometry(shape);
  const inOrder = [input, weight, output, ...(bias === null ? [] : [bias])];
  const shared = tiledConstants(shape, geometry, tile);
  const constants = {
    ...shared,
    HEIGHT: geometry.height,
    WIDTH: geometry.width,
    INPUT_GRADIENT: false,
    HAS_BIAS: bias !== null,
    ...normConstants(norm, shape.inChannels, inOrder.length),
    STATISTICS: moments !== null,
    MOMENTS_BINDING: inOrder.length + normBindings(norm).length,
    ACCUMULATE: false,
    REDUCE: false,
    SLOPE: 0,
  };
  const { directives, declarations } = storagePrelude({
    Source: shape.inputFormat,
    Made: shape.outputFormat,
  });
  return kernelCall({
    kernel: 'convForward',
    work: convWork(shape),
    code: () =>
      withConstants(constants, declarations + expandTemplate(template, constants), directives),
    bindings: [...inOrder, ...normBindings(norm), ...(moments === null ? [] : [moments])],
    workgroups: checkedWorkgroups('convForward', [
      shared.IMAGE_GROUPS,
      shared.TILES,
      ceilDiv(geometry.made, 4 * shared.VECTORS),
    ]),
  });
}
