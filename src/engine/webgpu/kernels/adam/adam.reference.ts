import type { AdamScales } from '../../../../model/optimizer.ts';
import { addTo, at } from '../../../testing/numeric.ts';
import type { Chunk } from '../../../plan/chunks.ts';
import type { AdamShape } from './adam.ts';

interface AdamState {
  readonly weights: Float64Array;
  readonly momentumBuffer: Float64Array;
  readonly secondMoment: Float64Array;
}

/** One step of torch.optim.Adam or AdamW on the elements of `chunks`, in place. @returns per chunk Σ g², Σ w² before, Σ Δw², 0. */
export function adamReference(
  { beta1, beta2, epsilon, decoupled }: AdamShape,
  chunks: readonly Chunk[],
  { learningRate, stepSize, secondRoot }: AdamScales & { readonly learningRate: number },
  gradients: ArrayLike<number>,
  { weights, momentumBuffer, secondMoment }: AdamState,
): Float64Array {
  const squares = new Float64Array(4 * chunks.length);
  for (const [chunk, { offset, length, decay = 0, rateFactor = 1 }] of chunks.entries()) {
    for (let i = offset; i < offset + length; i++) {
      const weight = at(weights, i);
      const slope = at(gradients, i) + (decoupled ? 0 : decay * weight);
      momentumBuffer[i] = beta1 * at(momentumBuffer, i) + (1 - beta1) * slope;
      secondMoment[i] = beta2 * at(secondMoment, i) + (1 - beta2) * slope ** 2;
      const root = Math.sqrt(at(secondMoment, i)) / secondRoot;
      const own = (stepSize * at(momentumBuffer, i)) / (root + epsilon);
      const move = rateFactor * (own + (decoupled ? learningRate * decay * weight : 0));
      addTo(squares, 4 * chunk, at(gradients, i) ** 2);
      addTo(squares, 4 * chunk + 1, weight ** 2);
      addTo(squares, 4 * chunk + 2, move ** 2);
      weights[i] = weight - move;
    }
  }
  return squares;
}
