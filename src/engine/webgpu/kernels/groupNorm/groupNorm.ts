/**
 * Group normalisation (Wu & He 2018): each image by itself, a group of channels at a time. Neighbouring invocations have
 * neighbouring images; those of one image share out the values of its group, and add up what they found.
 */
import { countOf, lanesFor, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { gridFor, gridRow } from '../grid.ts';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { imageSlices, sliceSum } from '../sliceSum.ts';
import { SINGLE, storagePrelude } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import { workgroupSum } from '../workgroupSum.ts';
import gradientSource from './gradient.wgsl?raw';
import momentsSource from './moments.wgsl?raw';
import normalizeSource from './normalize.wgsl?raw';
import parametersSource from './parameters.wgsl?raw';
import sumsSource from './sums.wgsl?raw';

export interface GroupNormShape extends NormShape {
  readonly groups: number;
}

const THREADS = 64;
const sizes = ({ batch, channels, height, width, groups }: GroupNormShape) => ({
  ...{ BATCH: batch, CHANNELS: channels, GROUPS: groups, PIXELS: height * width },
  GROUP_CHANNELS: channels / groups,
});

const valuesIn = ({ channels, groups, height, width }: GroupNormShape): number =>
  (channels / groups) * height * width;

/** moments [2 · groups, N]: each image's means by group, then 1/√(variance + ε). */
export function groupNormMoments<B>(
  shape: GroupNormShape,
  epsilon: number,
  { input, moments }: { readonly input: B; readonly moments: B },
): KernelCall<B> {
  const lanes = imageSlices(shape.batch, valuesIn(shape));
  const constants = { ...sizes(shape), ...lanes, EPSILON: { f32: epsilon } };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const text = () => declarations + sliceSum('f32') + momentsSource;
  return kernelCall({
    kernel: 'groupNormMoments',
    code: () => withConstants(constants, text(), directives),
    bindings: [input, moments],
    workgroups: [ceilDiv(shape.batch, lanes.IMAGES), shape.groups, 1],
  });
}

/** output [C, H, W, N] = γ · (input − mean) · rstd + β; γ and β are [C]. */
export function groupNorm<B>(
  shape: GroupNormShape,
  bindings: {
    readonly input: B;
    readonly output: B;
    readonly gamma: B;
    readonly beta: B;
    readonly moments: B;
  },
): KernelCall<B> {
  const { input, output, gamma, beta, moments } = bindings;
  const elements = shape.channels * countOf(shape);
  const constants = { ...sizes(shape), THREADS, ROW: gridRow(elements, THREADS) };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'groupNorm',
    code: () => withConstants(constants, declarations + normalizeSource, directives),
    bindings: [input, output, gamma, beta, moments],
    workgroups: gridFor(elements, THREADS),
  });
}

/**
 * channelSums [2 · C, N]: each image's sums of gradients by channel, then of their products with the normalised input;
 * groupSums [2 · groups, N]: the same times γ, by group. Both with the scale that gradients are stored with.
 */
export function groupNormSums<B>(
  shape: GroupNormShape,
  bindings: {
    readonly gradient: B;
    readonly input: B;
    readonly gamma: B;
    readonly moments: B;
    readonly channelSums: B;
    readonly groupSums: B;
  },
): KernelCall<B> {
  const { gradient, input, gamma, moments, channelSums, groupSums } = bindings;
  const lanes = imageSlices(shape.batch, shape.height * shape.width);
  const constants = { ...sizes(shape), ...lanes };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const text = () => declarations + sliceSum('vec2f') + sumsSource;
  return kernelCall({
    kernel: 'groupNormSums',
    code: () => withConstants(constants, text(), directives),
    bindings: [gradient, input, gamma, moments, channelSums, groupSums],
    workgroups: [ceilDiv(shape.batch, lanes.IMAGES), shape.groups, 1],
  });
}

/** The gradients of γ and β, [C]: the images' sums, without their scale. */
export function groupNormParameters<B>(
  shape: GroupNormShape,
  bindings: { readonly channelSums: B; readonly gammaGradient: B; readonly betaGradient: B },
): KernelCall<B> {
  const { channelSums, gammaGradient, betaGradient } = bindings;
  const UNSCALE = { f32: 1 / (shape.format ?? SINGLE).gradientScale };
  const constants = { ...sizes(shape), LANES: lanesFor(shape.batch), UNSCALE };
  return kernelCall({
    kernel: 'groupNormParameters',
    code: () => withConstants(constants, workgroupSum('vec2f') + parametersSource),
    bindings: [channelSums, gammaGradient, betaGradient],
    workgroups: [shape.channels, 1, 1],
  });
}

/** inputGradient [C, H, W, N], written or added to. */
export function groupNormGradient<B>(
  shape: GroupNormShape,
  accumulate: boolean,
  bindings: {
    readonly gradient: B;
    readonly input: B;
    readonly gamma: B;
    readonly moments: B;
    readonly groupSums: B;
    readonly inputGradient: B;
  },
): KernelCall<B> {
  const { gradient, input, gamma, moments, groupSums, inputGradient } = bindings;
  const elements = shape.channels * countOf(shape);
  const constants = { ...sizes(shape), THREADS, ROW: gridRow(elements, THREADS) };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const text = () => declarations + expandTemplate(gradientSource, { ACCUMULATE: accumulate });
  return kernelCall({
    kernel: 'groupNormGradient',
    code: () => withConstants(constants, text(), directives),
    bindings: [gradient, input, gamma, moments, groupSums, inputGradient],
    workgroups: gridFor(elements, THREADS),
  });
}
