import { at } from '../../../testing/numeric.ts';
import type { NormShape } from '../batchNormStatistics/batchNormStatistics.ts';

/** output [C, H, W, N] = factor · weight · input; `weight` [C], [1] or null. */
export function scaleReference(
  { batch, channels, height, width }: NormShape,
  factor: number,
  weight: ArrayLike<number> | null,
  input: ArrayLike<number>,
): Float64Array {
  const count = batch * height * width;
  return new Float64Array(channels * count).map((_, i) => {
    const channel = weight?.length === 1 ? 0 : Math.floor(i / count);
    return factor * (weight === null ? 1 : at(weight, channel)) * at(input, i);
  });
}
