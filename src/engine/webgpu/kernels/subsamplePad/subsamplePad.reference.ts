import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { subsampleAt } from '../pointwise/pointwise.reference.ts';

export function subsamplePadReference(
  shape: NormShape,
  from: SubsamplePad,
  input: ArrayLike<number>,
): Float64Array {
  const count = countOf(shape);
  return Float64Array.from({ length: shape.channels * count }, (_, i) =>
    subsampleAt(shape, from, input, Math.floor(i / count), i % count),
  );
}
