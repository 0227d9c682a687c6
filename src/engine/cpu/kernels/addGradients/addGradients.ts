/** sums += gradients, or = for the first micro-batch; `length` floats, a multiple of 4. A piece is a stretch of them. */
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';

const STRETCH = 4096;

export function addGradients(length: number, isFirst: boolean): CpuKernel<'gradients' | 'sums'> {
  return {
    kernel: 'addGradients',
    pieces: Math.ceil(length / STRETCH),
    tensors: ['gradients', 'sums'],
    build(f, piece, { gradients, sums }) {
      const at = f.let(i32.mul(piece, i32.const(4 * STRETCH)));
      const past = i32.add(at, i32.const(4 * STRETCH));
      const end = f.let(i32.min(past, i32.const(4 * length)));
      f.until(at, end, VECTOR_BYTES, () => {
        const gradient = v128.load(i32.add(gradients, at));
        const target = i32.add(sums, at);
        f.store(target, isFirst ? gradient : f32x4.add(v128.load(target), gradient));
      });
    },
  };
}
