import { at } from '../../testing/numeric.ts';
import type { Chunk } from '../chunks.ts';

/** Adds (or, for the first micro-batch, writes) `gradients` into `sums`. @returns the squares of each chunk's sums. */
export function addGradientsReference(
  chunks: readonly Chunk[],
  first: boolean,
  gradients: ArrayLike<number>,
  sums: Float64Array,
): Float64Array {
  return Float64Array.from(chunks, ({ offset, length }) => {
    let squares = 0;
    for (let i = offset; i < offset + length; i++) {
      const sum = (first ? 0 : at(sums, i)) + at(gradients, i);
      sums[i] = sum;
      squares += sum * sum;
    }
    return squares;
  });
}
