import { addTo, at } from '../../../testing/numeric.ts';
import type { NormShape } from '../batchNormStatistics/batchNormStatistics.ts';

/** Place in [C, N] of value i of [C, H, W, N]. */
const factorAt = ({ batch, height, width }: NormShape, i: number): number =>
  Math.floor(i / (height * width * batch)) * batch + (i % batch);

/** output [C, H, W, N]; factors are [C, N]. */
export const channelGateReference = (
  shape: NormShape,
  input: ArrayLike<number>,
  factors: ArrayLike<number>,
): Float64Array => Float64Array.from(input, (x, i) => x * at(factors, factorAt(shape, i)));

/** The gradients of both. */
export function channelGateGradientReference(
  shape: NormShape,
  gradient: ArrayLike<number>,
  input: ArrayLike<number>,
  factors: ArrayLike<number>,
) {
  const factorsGradient = new Float64Array(shape.channels * shape.batch);
  Array.from(gradient).forEach((g, i) => {
    addTo(factorsGradient, factorAt(shape, i), g * at(input, i));
  });
  return { inputGradient: channelGateReference(shape, gradient, factors), factorsGradient };
}
