import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { subsampleAt } from '../pointwise/pointwise.reference.ts';

/** The transpose of `subsampleAt`, found by asking it where each input element goes. */
export function subsamplePadGradientReference(
  shape: NormShape,
  from: SubsamplePad,
  outputGradient: ArrayLike<number>,
): Float64Array {
  const size = from.channels * from.height * from.width * shape.batch;
  // Element i of the input holds i + 1, so that what the forward reads tells where it came from; 0 is padding.
  const labels = Float64Array.from({ length: size }, (_, i) => i + 1);
  const inputGradient = new Float64Array(size);
  const count = countOf(shape);
  for (let i = 0; i < shape.channels * count; i++) {
    const label = subsampleAt(shape, from, labels, Math.floor(i / count), i % count);
    if (label === 0) continue;
    inputGradient[label - 1] = (inputGradient[label - 1] ?? 0) + (outputGradient[i] ?? Number.NaN);
  }
  return inputGradient;
}
