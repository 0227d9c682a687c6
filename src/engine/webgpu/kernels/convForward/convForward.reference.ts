import { outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import type { ConvShape } from './shape.ts';

export interface Tap {
  /** Indices into input or its gradient [I, H, W, N], weights or their gradient [I, k, k, O4], and output [O, H, W, N]. */
  readonly input: number;
  readonly weight: number;
  readonly output: number;
}

/** Calls `visit` for every multiply-add of the convolution, those with the zero padding left out. */
export function forEachTap(shape: ConvShape, visit: (tap: Tap) => void): void {
  const { batch, inChannels, inHeight, inWidth, outChannels, kernel, stride, padding } = shape;
  const height = outHeight(shape);
  const width = outWidth(shape);
  for (let o = 0; o < outChannels; o++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < inChannels; c++)
          for (let ky = 0; ky < kernel; ky++)
            for (let kx = 0; kx < kernel; kx++) {
              const inY = y * stride - padding + ky;
              const inX = x * stride - padding + kx;
              if (inY < 0 || inY >= inHeight || inX < 0 || inX >= inWidth) continue;
              for (let n = 0; n < batch; n++) {
                visit({
                  input: ((c * inHeight + inY) * inWidth + inX) * batch + n,
                  weight: ((c * kernel + ky) * kernel + kx) * padTo4(outChannels) + o,
                  output: ((o * height + y) * width + x) * batch + n,
                });
              }
            }
}

/** Plain convolution, summed in float64. Layouts as in `convForward`. */
export function convForwardReference(
  shape: ConvShape,
  input: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | null,
): Float64Array {
  const plane = outHeight(shape) * outWidth(shape) * shape.batch;
  const output = Float64Array.from(
    { length: shape.outChannels * plane },
    (_, i) => bias?.[Math.floor(i / plane)] ?? 0,
  );
  forEachTap(shape, (tap) => {
    output[tap.output] =
      (output[tap.output] ?? 0) + (input[tap.input] ?? 0) * (weight[tap.weight] ?? 0);
  });
  return output;
}
