/** output = a · f(b), where f(b) is b, 1 − b or −b; all [C, H, W, N4]. A piece is a channel. */
import { f32x4, i32, type Vector, v128 } from '../../wasm/instructions.ts';
import type { CpuKernel } from '../kernel.ts';
import { forEachVector, type PlaneShape, planeBytes } from '../plane.ts';

const FACTORS = {
  itself: (b: Vector) => b,
  complement: (b: Vector) => f32x4.sub(f32x4.const(1), b),
  negative: (b: Vector) => f32x4.sub(f32x4.const(0), b),
} as const;

/** @param accumulate adds to what `output` holds. */
export function product(
  shape: PlaneShape,
  factor: keyof typeof FACTORS,
  accumulate: boolean,
): CpuKernel<'a' | 'b' | 'output'> {
  return {
    kernel: 'product',
    pieces: shape.channels,
    tensors: ['a', 'b', 'output'],
    build(f, channel, tensors) {
      const plane = f.let(i32.mul(channel, i32.const(planeBytes(shape))));
      const a = f.let(i32.add(tensors.a, plane));
      const b = f.let(i32.add(tensors.b, plane));
      const output = f.let(i32.add(tensors.output, plane));
      forEachVector(f, shape, ({ at, offset }) => {
        const by = FACTORS[factor](v128.load(i32.add(b, at), offset));
        const value = f32x4.mul(v128.load(i32.add(a, at), offset), by);
        const target = i32.add(output, at);
        f.store(target, accumulate ? f32x4.add(v128.load(target, offset), value) : value, offset);
      });
    },
  };
}
