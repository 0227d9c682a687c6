/** Dropout of [C, H, W, N4], forward and of gradients alike. A piece is a channel. */
import { f32, f32x4, i32, i32x4, type Vector, v128 } from '../../wasm/instructions.ts';
import type { FunctionBuilder } from '../../wasm/functionBuilder.ts';
import { type CpuKernel, VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { element, type PlaneShape, planeBytes } from '../plane.ts';

/**
 * output = input / (1 − rate) where the draw at the element's place is not below rate · 2³², else input · 0. `draw` holds
 * three u32: the key that is hashed with a place; the place of the tensor's first element; and from a pixel to the next,
 * that is images of the whole batch, so that micro-batches draw its masks. See `hash32`.
 */
export function dropout(shape: PlaneShape, rate: number): CpuKernel<'input' | 'output' | 'draw'> {
  const pixels = shape.height * shape.width;
  return {
    kernel: 'dropout',
    pieces: shape.channels,
    tensors: ['input', 'output', 'draw'],
    build(f, channel, { input, output, draw }) {
      const from = f.let(element(input, channel, planeBytes(shape)));
      const to = f.let(element(output, channel, planeBytes(shape)));
      const key = f.let(i32x4.splat(i32.load(draw)));
      const images = f.let(i32.load(draw, 8));
      const pixel = f.let(i32.mul(channel, i32.const(pixels)));
      const place = f.let(i32.add(i32.load(draw, 4), i32.mul(pixel, images)));
      const threshold = f.let(i32x4.splat(i32.const(Math.floor(rate * 2 ** 32) | 0)));
      const scale = f.let(f32x4.splat(f32.const(1 / (1 - rate))));
      const at = f.let(i32.const(0));
      f.times(pixels, () => {
        const places = f.let(i32x4.add(i32x4.splat(place), v128.const([0, 1, 2, 3])));
        f.times(vectorsOf(shape.batch), () => {
          const drawn = emitMix(f, v128.xor(key, places));
          const kept = v128.andNot(scale, i32x4.lessUnsigned(drawn, threshold));
          // A product, so that a dropped NaN stays one.
          f.store(i32.add(to, at), f32x4.mul(v128.load(i32.add(from, at)), kept));
          f.set(places, i32x4.add(places, v128.const([4, 4, 4, 4])));
          f.advance(at, VECTOR_BYTES);
        });
        f.set(place, i32.add(place, images));
      });
    },
  };
}

/** `mix` of `data/hash.ts`. */
function emitMix(f: FunctionBuilder, value: Vector): Vector {
  const x = f.let(value);
  const shifted = (bits: number) => v128.xor(x, i32x4.shiftRight(x, bits));
  const times = (factor: number) => i32x4.splat(i32.const(factor | 0));
  f.set(x, i32x4.mul(shifted(16), times(0x7feb352d)));
  f.set(x, i32x4.mul(shifted(15), times(0x846ca68b)));
  return f.let(shifted(16));
}
