import { at } from '../../testing/numeric.ts';
import type { Chunk } from '../chunks.ts';

/** gradients with the sums of partials filled in, and each chunk's sum of squares. */
export function sumPartialsReference(
  chunks: readonly Chunk[],
  partials: ArrayLike<number>,
  gradients: ArrayLike<number>,
): { gradients: Float64Array; chunkSquares: Float64Array } {
  const summed = Float64Array.from(gradients);
  const chunkSquares = Float64Array.from(chunks, (chunk) => {
    const { offset, length, partialOffset, splits, splitStride } = chunk;
    let squares = 0;
    for (let i = 0; i < length; i++) {
      if (splits > 0) {
        let sum = 0;
        for (let s = 0; s < splits; s++) sum += at(partials, partialOffset + s * splitStride + i);
        summed[offset + i] = sum;
      }
      squares += at(summed, offset + i) ** 2;
    }
    return squares;
  });
  return { gradients: summed, chunkSquares };
}
