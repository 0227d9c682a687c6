import { addTo, at } from '../../../testing/numeric.ts';
import type { Chunk } from '../../../plan/chunks.ts';
import type { SgdShape } from './sgd.ts';

/** One step of torch.optim.SGD on the elements of `chunks`, in place. @returns per chunk Σ g², Σ w² before, Σ Δw², 0. */
export function sgdReference(
  { momentum, nesterov }: SgdShape,
  chunks: readonly Chunk[],
  learningRate: number,
  gradients: ArrayLike<number>,
  state: { readonly weights: Float64Array; readonly momentumBuffer: Float64Array },
): Float64Array {
  const { weights, momentumBuffer } = state;
  const squares = new Float64Array(4 * chunks.length);
  for (const [chunk, { offset, length, decay = 0, rateFactor = 1 }] of chunks.entries()) {
    for (let i = offset; i < offset + length; i++) {
      const direction = at(gradients, i) + decay * at(weights, i);
      const velocity = momentum * at(momentumBuffer, i) + direction;
      momentumBuffer[i] = velocity;
      const move =
        rateFactor * learningRate * (nesterov ? direction + momentum * velocity : velocity);
      addTo(squares, 4 * chunk, at(gradients, i) ** 2);
      addTo(squares, 4 * chunk + 1, at(weights, i) ** 2);
      addTo(squares, 4 * chunk + 2, move ** 2);
      weights[i] = at(weights, i) - move;
    }
  }
  return squares;
}
