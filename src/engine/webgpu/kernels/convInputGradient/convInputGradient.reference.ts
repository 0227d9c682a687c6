import { forEachTap } from '../convForward/convForward.reference.ts';
import type { ConvShape } from '../convForward/shape.ts';

/** Gradient of the convolution's input [I, H, W, N], summed in float64. */
export function convInputGradientReference(
  shape: ConvShape,
  outputGradient: ArrayLike<number>,
  weight: ArrayLike<number>,
): Float64Array {
  const { batch, inChannels, inHeight, inWidth } = shape;
  const gradient = new Float64Array(inChannels * inHeight * inWidth * batch);
  forEachTap(shape, (tap) => {
    gradient[tap.input] =
      (gradient[tap.input] ?? 0) + (outputGradient[tap.output] ?? 0) * (weight[tap.weight] ?? 0);
  });
  return gradient;
}
