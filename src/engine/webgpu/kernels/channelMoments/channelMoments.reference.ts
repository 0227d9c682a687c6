import { at } from '../../../testing/numeric.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';

/** (mean, biased variance) of each channel of input [C, H, W, N]. */
export function channelMomentsReference(
  shape: NormShape,
  input: ArrayLike<number>,
): (readonly [number, number])[] {
  const count = countOf(shape);
  return Array.from({ length: shape.channels }, (_, channel) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += at(input, channel * count + i);
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (at(input, channel * count + i) - mean) ** 2;
    return [mean, squares / count];
  });
}
