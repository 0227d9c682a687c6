import type { Activation } from '../../../plan/operations/operation.ts';
import { activationSlope } from '../activation.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';

type Values = ArrayLike<number>;

/** `outputGradient` and `output` are those of the activation behind the BatchNorm, [C,H,W,N] like `x`. */
export function batchNormGradientReference(
  shape: NormShape,
  activation: Activation,
  outputGradient: Values,
  output: Values,
  x: Values,
  norm: { gamma: Values; mean: Values; rstd: Values },
): { gradient: Float64Array; gamma: Float64Array; beta: Float64Array; input: Float64Array } {
  const count = countOf(shape);
  const at = (values: Values, i: number) => values[i] ?? Number.NaN;
  const size = shape.channels * count;
  const gradient = Float64Array.from(
    { length: size },
    (_, i) => at(outputGradient, i) * activationSlope(activation, at(output, i)),
  );
  const gamma = new Float64Array(shape.channels);
  const beta = new Float64Array(shape.channels);
  const normalized = (i: number) => {
    const c = Math.floor(i / count);
    return (at(x, i) - at(norm.mean, c)) * at(norm.rstd, c);
  };
  for (let i = 0; i < size; i++) {
    const c = Math.floor(i / count);
    beta[c] = at(beta, c) + at(gradient, i);
    gamma[c] = at(gamma, c) + at(gradient, i) * normalized(i);
  }
  const input = Float64Array.from({ length: size }, (_, i) => {
    const c = Math.floor(i / count);
    const centered = at(gradient, i) - at(beta, c) / count - (normalized(i) * at(gamma, c)) / count;
    return at(norm.gamma, c) * at(norm.rstd, c) * centered;
  });
  return { gradient, gamma, beta, input };
}
