import { at } from '../../../testing/numeric.ts';
import type { Piece } from './pieces.ts';

/** gradients with the sums of the copies filled in. */
export function sumPartialsReference(
  pieces: readonly Piece[],
  copies: ArrayLike<number>,
  gradients: ArrayLike<number>,
): Float64Array {
  const summed = Float64Array.from(gradients);
  for (const { offset, length, copyOffset, copies: count, copyStride } of pieces) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let c = 0; c < count; c++) sum += at(copies, copyOffset + c * copyStride + i);
      summed[offset + i] = sum;
    }
  }
  return summed;
}
