import { at } from '../../testing/numeric.ts';

/** √ of the sum of `chunkCount` squares from `firstChunk` on. */
export function gradientNormReference(
  firstChunk: number,
  chunkCount: number,
  chunkSquares: ArrayLike<number>,
): number {
  let squares = 0;
  for (let i = 0; i < chunkCount; i++) squares += at(chunkSquares, firstChunk + i);
  return Math.sqrt(squares);
}
