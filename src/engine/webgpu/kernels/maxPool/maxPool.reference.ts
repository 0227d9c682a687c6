import { poolOutput } from '../../../plan/geometry.ts';
import { addTo, at } from '../../../testing/numeric.ts';
import type { MaxPoolShape } from './maxPool.ts';

/** output and argmax [C, outH, outW, N] of input [C, H, W, N]; of equals the first in scan order, padding never. */
export function maxPoolReference(
  shape: MaxPoolShape,
  input: ArrayLike<number>,
): { output: Float64Array; argmax: Uint32Array } {
  const out = poolOutput(shape);
  const elements = shape.channels * out.height * out.width * shape.batch;
  const output = new Float64Array(elements);
  const argmax = new Uint32Array(elements);
  for (let i = 0; i < elements; i++) {
    const { n, x: outX, y: outY, channel } = position(i, out, shape.batch);
    let best = -1;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let kernelY = 0; kernelY < shape.kernel; kernelY++) {
      for (let kernelX = 0; kernelX < shape.kernel; kernelX++) {
        const y = outY * shape.stride - shape.padding + kernelY;
        const x = outX * shape.stride - shape.padding + kernelX;
        if (y < 0 || x < 0 || y >= shape.height || x >= shape.width) continue;
        const pixel = y * shape.width + x;
        const value = at(input, (channel * shape.height * shape.width + pixel) * shape.batch + n);
        if (best === -1 || value > maximum || Number.isNaN(value)) {
          maximum = value;
          best = pixel;
        }
      }
    }
    output[i] = maximum;
    argmax[i] = best;
  }
  return { output, argmax };
}

/** inputGradient [C, H, W, N]: each output's gradient goes to the pixel it was taken from. */
export function maxPoolGradientReference(
  shape: MaxPoolShape,
  outputGradient: ArrayLike<number>,
  argmax: Uint32Array,
): Float64Array {
  const pixels = shape.height * shape.width;
  const inputGradient = new Float64Array(shape.channels * pixels * shape.batch);
  for (let i = 0; i < argmax.length; i++) {
    const { n, channel } = position(i, poolOutput(shape), shape.batch);
    const winner = (channel * pixels + at(argmax, i)) * shape.batch + n;
    addTo(inputGradient, winner, at(outputGradient, i));
  }
  return inputGradient;
}

/** Where element i of [C, height, width, batch] lies. */
function position(i: number, plane: { height: number; width: number }, batch: number) {
  const n = i % batch;
  const x = Math.floor(i / batch) % plane.width;
  const y = Math.floor(i / (batch * plane.width)) % plane.height;
  const channel = Math.floor(i / (batch * plane.width * plane.height));
  return { n, x, y, channel };
}
