import { weightLength } from '../../../plan/geometry.ts';
import { forEachTap } from '../convForward/convForward.reference.ts';
import type { ConvShape } from '../convForward/shape.ts';

/** Gradient of the convolution's weights [I, kernel, kernel, O4], summed in float64; 0 in surplus output channels. */
export function convWeightGradientReference(
  shape: ConvShape,
  input: ArrayLike<number>,
  outputGradient: ArrayLike<number>,
): Float64Array {
  const gradient = new Float64Array(weightLength(shape));
  forEachTap(shape, (tap) => {
    gradient[tap.weight] =
      (gradient[tap.weight] ?? 0) + (input[tap.input] ?? 0) * (outputGradient[tap.output] ?? 0);
  });
  return gradient;
}
