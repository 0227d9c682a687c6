import { at } from '../../../testing/numeric.ts';
import type { Chunk } from '../../../plan/chunks.ts';

/** Adds (or, for the first micro-batch, writes) `gradients` into `sums`. */
export function addGradientsReference(
  chunks: readonly Chunk[],
  first: boolean,
  gradients: ArrayLike<number>,
  sums: Float64Array,
): void {
  for (const { offset, length } of chunks) {
    for (let i = offset; i < offset + length; i++) {
      sums[i] = (first ? 0 : at(sums, i)) + at(gradients, i);
    }
  }
}
