/**
 * Backward through activation and BatchNorm (Ioffe & Szegedy 2015, §3): first the two sums over each channel, which are
 * also the gradients of β and γ, then the gradient of the input.
 */
import type { Activation } from '../../../plan/operations/operation.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { countOf, lanesFor, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset } from '../normalize.ts';
import { SINGLE, storagePrelude } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import { workgroupSum } from '../workgroupSum.ts';
import applySource from './apply.wgsl?raw';
import reduceSource from './reduce.wgsl?raw';

interface NormGradientReduceBindings<B> {
  /** [C,H,W,N]: of the activation's output; becomes that of its input. */
  readonly gradient: B;
  /** BatchNorm's input and, unless the activation is `none`, the activation's output. */
  readonly input: B;
  readonly output: B;
  /** [C] each. */
  readonly mean: B;
  readonly rstd: B;
  readonly gammaGradient: B;
  readonly betaGradient: B;
}

export function batchNormGradientReduce<B>(
  shape: NormShape,
  activation: Activation,
  bindings: NormGradientReduceBindings<B>,
): KernelCall<B> {
  const COUNT = countOf(shape);
  const { gradient, input, mean, rstd, gammaGradient, betaGradient, output } = bindings;
  const flags = { ACTIVATION: ACTIVATION_INDEX[activation] };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const UNSCALE = { f32: 1 / (shape.format ?? SINGLE).gradientScale };
  const code = () =>
    declarations +
    workgroupSum('vec2f') +
    expandTemplate(nan + activationSource + reduceSource, flags);
  return kernelCall({
    kernel: 'batchNormGradientReduce',
    code: () => withConstants({ COUNT, LANES: lanesFor(COUNT), UNSCALE }, code(), directives),
    bindings: [
      gradient,
      input,
      mean,
      rstd,
      gammaGradient,
      betaGradient,
      ...(activation === 'none' ? [] : [output]),
    ],
    workgroups: [shape.channels, 1, 1],
  });
}

/** The two sums over each channel. */
export type ChannelSums<B> =
  | { readonly kind: 'summed'; readonly gammaGradient: B; readonly betaGradient: B }
  | {
      readonly kind: 'tiles';
      /** [C, count] of two floats, as `convInputGradient` leaves them. */
      readonly tileSums: B;
      readonly count: number;
      /** Gets the sums: γ's gradient [C], then β's from `betaOffset` on. */
      readonly affineGradient: B;
    };

interface NormGradientApplyBindings<B> {
  /** [C,H,W,N], as `batchNormGradientReduce` left it. */
  readonly gradient: B;
  readonly input: B;
  readonly gamma: B;
  readonly mean: B;
  readonly rstd: B;
  readonly sums: ChannelSums<B>;
  /** The same binding as `gradient`: in place. */
  readonly inputGradient: B;
}

const PER_LANE = 4;

/** @param accumulate adds to `inputGradient` instead of writing it; not possible in place. */
export function batchNormGradientApply<B>(
  shape: NormShape,
  accumulate: boolean,
  bindings: NormGradientApplyBindings<B>,
): KernelCall<B> {
  const { gradient, input, gamma, mean, rstd, sums, inputGradient } = bindings;
  const inPlace = gradient === inputGradient;
  if (inPlace && accumulate) throw new Error('BatchNorm gradient cannot accumulate in place');
  const COUNT = countOf(shape);
  const LANES = COUNT >= 1024 ? 256 : 64;
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const TILES = sums.kind === 'tiles' ? sums.count : 0;
  const flags = { IN_PLACE: inPlace, ACCUMULATE: accumulate, TILES };
  const code = () =>
    [declarations, TILES > 0 ? workgroupSum('vec2f') : '', expandTemplate(applySource, flags)].join(
      '',
    );
  const SCALE = { f32: (shape.format ?? SINGLE).gradientScale };
  const BETA_OFFSET = betaOffset(shape.channels);
  const constants = { COUNT, LANES, PER_LANE, TILES, BETA_OFFSET, SCALE };
  return kernelCall({
    kernel: 'batchNormGradientApply',
    code: () => withConstants(constants, code(), directives),
    bindings: [
      gradient,
      input,
      gamma,
      mean,
      rstd,
      ...(sums.kind === 'tiles'
        ? [sums.tileSums, sums.affineGradient]
        : [sums.gammaGradient, sums.betaGradient]),
      ...(inPlace ? [] : [inputGradient]),
    ],
    workgroups: [ceilDiv(COUNT, LANES * PER_LANE), shape.channels, 1],
  });
}
