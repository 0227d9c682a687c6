/** Adds up the copies of a gradient that `convWeightGradient` left: sum [length] of copies [count, length], in order. */
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { blocksOf, groupsOf } from '../blocks.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';

/** @param length a multiple of 4. */
export function sumCopies(length: number, count: number): CpuKernel<'copies' | 'sum'> {
  const vectors = length / 4;
  const { size, groups } = groupsOf(vectors, 1, Math.ceil(vectors / 1024));
  return {
    kernel: 'sumCopies',
    part: 'weight gradient',
    pieces: groups,
    tensors: ['copies', 'sum'],
    build(f, piece, { copies, sum }) {
      const first = f.let(i32.mul(piece, i32.const(size * VECTOR_BYTES)));
      const end = f.let(
        i32.min(i32.const(vectors * VECTOR_BYTES), i32.add(first, i32.const(size * VECTOR_BYTES))),
      );
      const at = f.let(first);
      f.until(at, end, VECTOR_BYTES, () => {
        const source = f.let(i32.add(copies, at));
        const total = f.let(v128.load(source));
        for (const { blocks } of blocksOf(count - 1, 1)) {
          f.times(blocks, () => {
            f.advance(source, length * 4);
            f.set(total, f32x4.add(total, v128.load(source)));
          });
        }
        f.store(i32.add(sum, at), total);
      });
    },
  };
}
