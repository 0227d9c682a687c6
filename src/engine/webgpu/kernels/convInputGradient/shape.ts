/** What the algorithms for a convolution's input gradient share. */
import type { Activation } from '../../../plan/operations/operation.ts';

/** BatchNorm and activation that made the convolution's input: the first half of going back through them. */
export interface NormReduction<B> {
  /** BatchNorm's input, [I, H, W, N]. */
  readonly x: B;
  /** [I] each. */
  readonly mean: B;
  readonly rstd: B;
  readonly activation: Activation;
  /** The activation's output or, if that is nowhere in memory, γ and β, from which ReLU's is computed again: see `NormBindings`. */
  readonly from: { readonly activated: B } | { readonly affine: B };
  /** Sums for `combineSums`, two floats each: see `tileSumsLength`. */
  readonly tileSums: B;
}

export interface ConvInputGradientBuffers<B> {
  readonly outputGradient: B;
  readonly weight: B;
  readonly inputGradient: B;
}

/** What else the kernel does in passing. */
export interface ConvInputGradientFusion<B> {
  readonly accumulate: boolean;
  readonly reduction?: NormReduction<B> | null;
}

/** How the slope of the activation is told, as `SLOPE` in the kernel. */
export function slopeKind(reduction: NormReduction<unknown>): 0 | 1 | 2 {
  if (reduction.activation === 'none') return 0;
  if ('activated' in reduction.from) return 1;
  if (reduction.activation === 'relu') return 2;
  throw new Error(`the slope of ${reduction.activation} is told by its output`);
}

export function reductionBindings<B>(reduction: NormReduction<B> | null): B[] {
  if (reduction === null) return [];
  const { x, mean, rstd, tileSums, from, activation } = reduction;
  const bindings = [x, mean, rstd, tileSums];
  if (activation === 'none') return bindings;
  return [...bindings, 'activated' in from ? from.activated : from.affine];
}
