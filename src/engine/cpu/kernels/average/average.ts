/** average += rate · (values − average); `length` floats, a multiple of 4. A piece is a stretch of them. */
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';

const STRETCH = 4096;

/** rate: one f32. */
export function average(length: number): CpuKernel<'values' | 'average' | 'rate'> {
  return {
    kernel: 'average',
    pieces: Math.ceil(length / STRETCH),
    tensors: ['values', 'average', 'rate'],
    build(f, piece, tensors) {
      const rate = f.let(v128.loadSplat(tensors.rate));
      const at = f.let(i32.mul(piece, i32.const(4 * STRETCH)));
      const past = i32.add(at, i32.const(4 * STRETCH));
      const end = f.let(i32.min(past, i32.const(4 * length)));
      f.until(at, end, VECTOR_BYTES, () => {
        const target = i32.add(tensors.average, at);
        const before = f.let(v128.load(target));
        const value = v128.load(i32.add(tensors.values, at));
        f.store(target, f32x4.add(before, f32x4.mul(rate, f32x4.sub(value, before))));
      });
    },
  };
}
