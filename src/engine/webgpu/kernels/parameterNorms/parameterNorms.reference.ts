import { at } from '../../../testing/numeric.ts';

/** √ of the sums of `chunkCount` squares from `firstChunk` on: of the gradient, the weights, their change. */
export function parameterNormsReference(
  firstChunk: number,
  chunkCount: number,
  squares: ArrayLike<number>,
): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = firstChunk; i < firstChunk + chunkCount; i++) {
    sums[0] += at(squares, 4 * i);
    sums[1] += at(squares, 4 * i + 1);
    sums[2] += at(squares, 4 * i + 2);
  }
  return [Math.sqrt(sums[0]), Math.sqrt(sums[1]), Math.sqrt(sums[2])];
}
