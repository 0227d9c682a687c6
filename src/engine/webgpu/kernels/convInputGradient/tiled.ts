/** Gradient of a convolution's input by `convTiled.wgsl`. */
import { expandTemplate } from '../template.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { type ConvShape, checkedWorkgroups, convWork } from '../convForward/shape.ts';
import {
  type ConvTile,
  imageGroups,
  inputGradientGeometry,
  tiledConstants,
  tilesOf,
} from '../convTiled/convTiled.ts';
import source from '../convTiled/convTiled.wgsl?raw';
import { ceilDiv, kernelCall, type KernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset, normConstants } from '../normalize.ts';
import normalize from '../normalize.wgsl?raw';
import { SINGLE, storagePrelude } from '../storage.ts';
import {
  type ConvInputGradientBuffers,
  type ConvInputGradientFusion,
  reductionBindings,
  slopeKind,
} from './shape.ts';

const template = `alias Loaded = vec4f;\n${normalize}${source}`;
/** For activations whose slope is told by their output. */
const withSlope = `${nan}${activationSource}${template}`;

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
  { outputGradient, weight, inputGradient }: ConvInputGradientBuffers<B>,
  { accumulate, reduction = null }: ConvInputGradientFusion<B>,
  tile: ConvTile,
): KernelCall<B> {
  const { inputFormat = SINGLE } = shape;
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
    ACCUMULATE: accumulate,
    REDUCE: reduction !== null,
    SLOPE: reduction === null ? 0 : slopeKind(reduction),
    ACTIVATION: ACTIVATION_INDEX[reduction?.activation ?? 'none'],
    BETA_OFFSET: betaOffset(shape.inChannels),
  };
  const { directives, declarations } = storagePrelude({
    Source: shape.outputFormat,
    Made: inputFormat,
  });
  const expanded = () => expandTemplate(constants.SLOPE === 1 ? withSlope : template, constants);
  return kernelCall({
    kernel: 'convInputGradient',
    work: convWork(shape),
    code: () =>
      withConstants(
        { ...constants, UNSCALE: { f32: 1 / inputFormat.gradientScale } },
        declarations + expanded(),
        directives,
      ),
    bindings: [outputGradient, weight, inputGradient, ...reductionBindings(reduction)],
    workgroups: checkedWorkgroups('convInputGradient', [
      shared.IMAGE_GROUPS,
      shared.TILES,
      ceilDiv(geometry.made, 4 * shared.VECTORS) * geometry.classes,
    ]),
  });
}
