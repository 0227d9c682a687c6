import { addTo, at } from '../../../testing/numeric.ts';
import type { GlobalAveragePoolShape } from './globalAveragePool.ts';

/** output [C, N]: means of input [C, H, W, N]. */
export function globalAveragePoolReference(
  { batch, channels, height, width }: GlobalAveragePoolShape,
  input: ArrayLike<number>,
): Float64Array {
  const pixels = height * width;
  const output = new Float64Array(channels * batch);
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let n = 0; n < batch; n++) {
        const value = at(input, (channel * pixels + pixel) * batch + n);
        addTo(output, channel * batch + n, value / pixels);
      }
    }
  }
  return output;
}

/** inputGradient [C, H, W, N]: each plane's gradient, spread evenly. */
export function globalAveragePoolGradientReference(
  { batch, channels, height, width }: GlobalAveragePoolShape,
  outputGradient: ArrayLike<number>,
): Float64Array {
  const pixels = height * width;
  return new Float64Array(channels * pixels * batch).map((_, i) => {
    const channel = Math.floor(i / (pixels * batch));
    return at(outputGradient, channel * batch + (i % batch)) / pixels;
  });
}
