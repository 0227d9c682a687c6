import { hash32 } from '../../../../data/hash.ts';
import { at } from '../../../testing/numeric.ts';
import { type DropoutShape, dropoutThreshold } from './dropout.ts';

/** Forward of an input and backward of a gradient alike, both [F, N]. */
export function dropoutReference(
  { batch, features, rate, stream }: DropoutShape,
  { seed, step }: { readonly seed: number; readonly step: number },
  values: ArrayLike<number>,
): Float64Array {
  const elements = batch * features;
  return new Float64Array(elements).map((_, i) => {
    const draw = hash32(seed, stream, (Math.imul(step, elements) + i) >>> 0);
    return draw >= dropoutThreshold(rate) ? at(values, i) / (1 - rate) : 0;
  });
}
