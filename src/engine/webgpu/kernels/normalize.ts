/** BatchNorm and activation as part of another kernel's loads: the normalised values are never in memory. */
import type { Activation } from '../../plan/operations/operation.ts';
import { ceilDiv } from './kernel.ts';

export interface NormBindings<B> {
  /** γ [C], then β [C] from `betaOffset` on. */
  readonly affine: B;
  /** [C] each. */
  readonly mean: B;
  readonly rstd: B;
}

/** Applied to each value of a kernel's input. */
export interface LoadNorm<B> extends NormBindings<B> {
  readonly activation: 'none' | 'relu';
}

/** Whether `activation` is cheap enough to be computed again at every load. */
export const isCheap = (activation: Activation): activation is LoadNorm<unknown>['activation'] =>
  activation === 'none' || activation === 'relu';

/** Floats from γ's first to β's: each begins at a multiple of 256 bytes. */
export const betaOffset = (channels: number): number => 64 * ceilDiv(channels, 64);

/**
 * Constants of `normalize.wgsl`; without `norm` it passes values through.
 * @param channels of the tensor loaded. @param binding index of the first of `normBindings`.
 */
export const normConstants = (
  norm: LoadNorm<unknown> | null,
  channels: number,
  binding: number,
) => ({
  NORMALIZE: norm !== null,
  RECTIFY: norm?.activation === 'relu',
  NORM_BINDING: binding,
  BETA_OFFSET: betaOffset(channels),
});

/** In the order of `normalize.wgsl`. */
export const normBindings = <B>(norm: NormBindings<B> | null): B[] =>
  norm === null ? [] : [norm.affine, norm.mean, norm.rstd];
