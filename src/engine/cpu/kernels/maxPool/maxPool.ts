/** Max-pooling of the ImageNet stem (torch.nn.MaxPool2d, floor mode), and its gradient. A piece is a channel. */
import { type PoolGeometry, poolOutput } from '../../../plan/geometry.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, i32x4, type Value, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { element, pixelBytes, planeBytes } from '../plane.ts';

/**
 * output [C, outH, outW, N4]: the largest of each window; padding never wins, NaN always does, of equals the first in
 * scan order. argmax, i32 of the same shape: y · W + x of the winner within its plane.
 */
export function maxPool(shape: PoolGeometry): CpuKernel<'input' | 'output' | 'argmax'> {
  const { batch, channels, height, width, kernel, stride, padding } = shape;
  const out = { batch, channels, ...poolOutput(shape) };
  return {
    kernel: 'maxPool',
    pieces: channels,
    tensors: ['input', 'output', 'argmax'],
    build(f, channel, { input, output, argmax }) {
      const plane = f.let(element(input, channel, planeBytes(shape)));
      const at = f.let(i32.mul(channel, i32.const(planeBytes(out))));
      /** Of the window of output position `index`, the part that is no padding. */
      const extent = (index: Local<'i32'>, length: number) => {
        const start = f.let(i32.sub(i32.mul(index, i32.const(stride)), i32.const(padding)));
        const from = f.let(i32.max(i32.const(0), start));
        const to = f.let(i32.min(i32.const(length), i32.add(start, i32.const(kernel))));
        return { from, to };
      };
      f.times(out.height, (outY) => {
        const rows = extent(outY, height);
        f.times(out.width, (outX) => {
          const columns = extent(outX, width);
          const firstPixel = i32.add(i32.mul(rows.from, i32.const(width)), columns.from);
          f.times(vectorsOf(batch), (vector) => {
            const images = f.let(element(plane, vector, VECTOR_BYTES));
            const best = f.let(i32x4.splat(firstPixel));
            const maximum = f.let(v128.load(element(images, firstPixel, pixelBytes(shape))));
            f.range(rows.from, rows.to, (y) => {
              f.range(columns.from, columns.to, (x) => {
                const pixel = f.let(i32.add(i32.mul(y, i32.const(width)), x));
                const value = f.let(v128.load(element(images, pixel, pixelBytes(shape))));
                const isNan = f32x4.notEqual(value, value);
                const wins = f.let(v128.or(f32x4.greater(value, maximum), isNan));
                f.set(maximum, v128.select(wins, value, maximum));
                f.set(best, v128.select(wins, i32x4.splat(pixel), best));
              });
            });
            f.store(i32.add(output, at), maximum);
            f.store(i32.add(argmax, at), best);
            f.advance(at, VECTOR_BYTES);
          });
        });
      });
    },
  };
}

/** inputGradient [C, H, W, N4]: each output's gradient goes to the pixel it was taken from. */
export function maxPoolGradient(
  shape: PoolGeometry,
): CpuKernel<'outputGradient' | 'argmax' | 'inputGradient'> {
  const { batch, channels, height, width, kernel, stride, padding } = shape;
  const out = { batch, channels, ...poolOutput(shape) };
  return {
    kernel: 'maxPoolGradient',
    pieces: channels,
    tensors: ['outputGradient', 'argmax', 'inputGradient'],
    build(f, channel, { outputGradient, argmax, inputGradient }) {
      const plane = f.let(i32.mul(channel, i32.const(planeBytes(out))));
      const at = f.let(element(inputGradient, channel, planeBytes(shape)));
      f.times(height, (y) => {
        const rows = windowsOver(f, y, out.height);
        f.times(width, (x) => {
          const columns = windowsOver(f, x, out.width);
          const pixel = f.let(i32x4.splat(i32.add(i32.mul(y, i32.const(width)), x)));
          f.times(vectorsOf(batch), (vector) => {
            const sum = f.let(f32x4.const(0));
            const images = f.let(element(plane, vector, VECTOR_BYTES));
            f.range(rows.from, rows.to, (outY) => {
              f.range(columns.from, columns.to, (outX) => {
                const window = i32.add(i32.mul(outY, i32.const(out.width)), outX);
                const source = f.let(element(images, window, pixelBytes(out)));
                const won = i32x4.equal(v128.load(i32.add(argmax, source)), pixel);
                const gradient = v128.load(i32.add(outputGradient, source));
                f.set(sum, f32x4.add(sum, v128.and(gradient, won)));
              });
            });
            f.store(at, sum);
            f.advance(at, VECTOR_BYTES);
          });
        });
      });
    },
  };

  /** Windows, along one axis, that cover `position`. */
  function windowsOver(
    f: FunctionBuilder,
    position: Value<'i32'>,
    count: number,
  ): { from: Local<'i32'>; to: Local<'i32'> } {
    const padded = f.let(i32.add(position, i32.const(padding)));
    const before = i32.div(i32.sub(padded, i32.const(kernel - stride)), i32.const(stride));
    const isFirst = i32.less(padded, i32.const(kernel));
    const from = f.let(i32.select(isFirst, i32.const(0), before));
    const last = i32.add(i32.div(padded, i32.const(stride)), i32.const(1));
    return { from, to: f.let(i32.min(last, i32.const(count))) };
  }
}
