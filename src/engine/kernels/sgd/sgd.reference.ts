import { at } from '../../testing/numeric.ts';
import type { Chunk } from '../chunks.ts';
import type { SgdShape } from './sgd.ts';

/** One step of torch.optim.SGD on the elements of `chunks`, in place. */
export function sgdReference(
  { momentum, nesterov, weightDecay }: SgdShape,
  chunks: readonly Chunk[],
  learningRate: number,
  gradients: ArrayLike<number>,
  state: { readonly weights: Float64Array; readonly momentumBuffer: Float64Array },
): void {
  const { weights, momentumBuffer } = state;
  for (const { offset, length } of chunks) {
    for (let i = offset; i < offset + length; i++) {
      const direction = at(gradients, i) + weightDecay * at(weights, i);
      const velocity = momentum * at(momentumBuffer, i) + direction;
      momentumBuffer[i] = velocity;
      weights[i] =
        at(weights, i) - learningRate * (nesterov ? direction + momentum * velocity : velocity);
    }
  }
}
