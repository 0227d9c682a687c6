import { addTo, at } from '../../../testing/numeric.ts';
import type { GroupNormShape } from './groupNorm.ts';

interface Moments {
  /** [groups, N] */
  readonly means: Float64Array;
  readonly rstds: Float64Array;
}

/** Where value i of [C, H, W, N] belongs. */
function placeOf({ batch, channels, height, width, groups }: GroupNormShape, i: number) {
  const channel = Math.floor(i / (height * width * batch));
  const group = Math.floor(channel / (channels / groups));
  return { channel, own: group * batch + (i % batch) };
}

/** Sums over an image's values in a group, [groups, N]. */
function sumsOf(shape: GroupNormShape, length: number, term: (i: number, own: number) => number) {
  const sums = new Float64Array(shape.groups * shape.batch);
  for (let i = 0; i < length; i++) {
    const { own } = placeOf(shape, i);
    addTo(sums, own, term(i, own));
  }
  return sums;
}

const valuesIn = ({ channels, groups, height, width }: GroupNormShape): number =>
  (channels / groups) * height * width;

function momentsOf(shape: GroupNormShape, epsilon: number, input: ArrayLike<number>): Moments {
  const count = valuesIn(shape);
  const means = sumsOf(shape, input.length, (i) => at(input, i)).map((sum) => sum / count);
  const squares = sumsOf(shape, input.length, (i, own) => (at(input, i) - at(means, own)) ** 2);
  return { means, rstds: squares.map((sum) => 1 / Math.sqrt(sum / count + epsilon)) };
}

/** output [C, H, W, N]; γ and β are [C]. */
export function groupNormReference(
  shape: GroupNormShape,
  epsilon: number,
  input: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
): Float64Array {
  const { means, rstds } = momentsOf(shape, epsilon, input);
  return Float64Array.from(input, (x, i) => {
    const { channel, own } = placeOf(shape, i);
    return at(gamma, channel) * (x - at(means, own)) * at(rstds, own) + at(beta, channel);
  });
}

/** The gradients of input, γ and β. */
export function groupNormGradientReference(
  shape: GroupNormShape,
  epsilon: number,
  outputGradient: ArrayLike<number>,
  input: ArrayLike<number>,
  gamma: ArrayLike<number>,
) {
  const { means, rstds } = momentsOf(shape, epsilon, input);
  const normalized = Float64Array.from(input, (x, i) => {
    const { own } = placeOf(shape, i);
    return (x - at(means, own)) * at(rstds, own);
  });
  const gammaGradient = new Float64Array(shape.channels);
  const betaGradient = new Float64Array(shape.channels);
  const scaled = Float64Array.from(input, (_, i) => {
    const { channel } = placeOf(shape, i);
    addTo(betaGradient, channel, at(outputGradient, i));
    addTo(gammaGradient, channel, at(outputGradient, i) * at(normalized, i));
    return at(outputGradient, i) * at(gamma, channel);
  });
  const plain = sumsOf(shape, input.length, (i) => at(scaled, i));
  const products = sumsOf(shape, input.length, (i) => at(scaled, i) * at(normalized, i));
  const count = valuesIn(shape);
  const inputGradient = scaled.map((g, i) => {
    const { own } = placeOf(shape, i);
    return (
      at(rstds, own) *
      (g - at(plain, own) / count - (at(normalized, i) * at(products, own)) / count)
    );
  });
  return { inputGradient, gammaGradient, betaGradient };
}
