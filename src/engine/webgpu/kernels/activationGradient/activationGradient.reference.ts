import type { Activation } from '../../../plan/operations/operation.ts';
import { activationSlope } from '../activation.ts';

/** gradient · activation'(…), the slope told from the output. */
export function activationGradientReference(
  activation: Activation,
  gradient: ArrayLike<number>,
  output: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(
    { length: gradient.length },
    (_, i) => (gradient[i] ?? Number.NaN) * activationSlope(activation, output[i] ?? Number.NaN),
  );
}
