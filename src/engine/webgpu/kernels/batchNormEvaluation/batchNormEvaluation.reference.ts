import { at } from '../../../testing/numeric.ts';
import type { BatchNormEvaluationShape } from './batchNormEvaluation.ts';

/** Means, then 1 / √(variance + epsilon), of running means and variances. */
export function batchNormEvaluationReference(
  { channels, epsilon }: BatchNormEvaluationShape,
  running: ArrayLike<number>,
): Float64Array {
  return new Float64Array(2 * channels).map((_, i) =>
    i < channels ? at(running, i) : 1 / Math.sqrt(at(running, i) + epsilon),
  );
}
