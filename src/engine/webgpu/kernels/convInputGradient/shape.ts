/** What the algorithms for a convolution's input gradient share. */
import type { Activation } from '../../../plan/operations/operation.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { type ConvShape, checkedWorkgroups, convWork } from '../convForward/shape.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset } from '../normalize.ts';
import { SINGLE, type StoragePrelude } from '../storage.ts';
import { expandTemplate, type TemplateConstants } from '../template.ts';

/** BatchNorm and activation that made the convolution's input: the first half of going back through them. */
export interface NormReduction<B> {
  /** BatchNorm's input, [I, H, W, N]. */
  readonly x: B;
  /** [I] each. */
  readonly mean: B;
  readonly rstd: B;
  readonly activation: Activation;
  /** The activation's output or, if that is not in memory, γ and β, from which ReLU's is computed again: see `NormBindings`. */
  readonly from: { readonly activated: B } | { readonly affine: B };
  /** Sums for `combineSums`, two floats each: see `tileSumsPerChannel`. */
  readonly tileSums: B;
}

export interface ConvInputGradientBuffers<B> {
  readonly outputGradient: B;
  readonly weight: B;
  readonly inputGradient: B;
}

/** What else the kernel does. */
export interface ConvInputGradientFusion<B> {
  readonly accumulate: boolean;
  readonly reduction?: NormReduction<B> | null;
}

interface Algorithm {
  readonly template: string;
  readonly constants: TemplateConstants;
  readonly storage: StoragePrelude;
  readonly workgroups: readonly [number, number, number];
}

/** @throws RangeError above 65,535 workgroups in a dimension. */
export function inputGradientCall<B>(
  shape: ConvShape,
  { outputGradient, weight, inputGradient }: ConvInputGradientBuffers<B>,
  { accumulate, reduction = null }: ConvInputGradientFusion<B>,
  { template, storage: { directives, declarations }, workgroups, ...algorithm }: Algorithm,
): KernelCall<B> {
  const constants = {
    ...algorithm.constants,
    ACCUMULATE: accumulate,
    REDUCE: reduction !== null,
    SLOPE: reduction === null ? 0 : slopeKind(reduction),
    ACTIVATION: ACTIVATION_INDEX[reduction?.activation ?? 'none'],
    BETA_OFFSET: betaOffset(shape.inChannels),
  };
  const { gradientScale } = shape.inputFormat ?? SINGLE;
  // Only a slope that follows from the activation's output needs the activation's code.
  const source = constants.SLOPE === 1 ? `${nan}${activationSource}${template}` : template;
  return kernelCall({
    kernel: 'convInputGradient',
    work: convWork(shape),
    code: () =>
      withConstants(
        { ...constants, UNSCALE: { f32: 1 / gradientScale } },
        declarations + expandTemplate(source, constants),
        directives,
      ),
    bindings: [outputGradient, weight, inputGradient, ...reductionBindings(reduction)],
    workgroups: checkedWorkgroups('convInputGradient', workgroups),
  });
}

/** How the kernel finds the slope of the activation, as its `SLOPE`: none; from its output; ReLU's, computed again. */
function slopeKind(reduction: NormReduction<unknown>): 0 | 1 | 2 {
  if (reduction.activation === 'none') return 0;
  if ('activated' in reduction.from) return 1;
  if (reduction.activation === 'relu') return 2;
  throw new Error(`the slope of ${reduction.activation} follows from its output alone`);
}

function reductionBindings<B>(reduction: NormReduction<B> | null): B[] {
  if (reduction === null) return [];
  const { x, mean, rstd, tileSums, from, activation } = reduction;
  const bindings = [x, mean, rstd, tileSums];
  if (activation === 'none') return bindings;
  return [...bindings, 'activated' in from ? from.activated : from.affine];
}
