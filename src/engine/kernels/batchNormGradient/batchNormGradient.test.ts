import { describe, expect, it } from 'vitest';
import { centralDifferences, dot } from '../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../testing/runKernel.ts';
import type { Activation } from '../activation.ts';
import { batchNormStatisticsReference } from '../batchNormStatistics/batchNormStatistics.reference.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { pointwiseReference } from '../pointwise/pointwise.reference.ts';
import { batchNormGradientReference } from './batchNormGradient.reference.ts';
import { batchNormGradientApply, batchNormGradientReduce } from './batchNormGradient.ts';

const SHAPES: readonly NormShape[] = [
  { batch: 5, channels: 3, height: 32, width: 32 },
  { batch: 3, channels: 5, height: 3, width: 2 },
];

function forward(shape: NormShape, activation: Activation, x: ArrayLike<number>) {
  const running = {
    mean: new Float64Array(shape.channels),
    variance: new Float64Array(shape.channels),
  };
  const gamma = randomArray(shape.channels, 2);
  const beta = randomArray(shape.channels, 3);
  const norm = { gamma, beta, ...batchNormStatisticsReference(shape, x, running) };
  const options = { activation, subsamplePad: null };
  return { norm, output: pointwiseReference(shape, options, x, norm, null) };
}

describe.each(SHAPES)('$channels×$height×$width, batch $batch', (shape) => {
  const size = shape.channels * countOf(shape);
  const input = randomArray(size, 1);
  const outputGradient = randomArray(size, 4);

  it.each(['none', 'relu', 'tanh', 'sigmoid'] as const)('behind it %s', async (activation) => {
    const { norm, output } = forward(shape, activation, input);
    const expected = batchNormGradientReference(
      shape,
      activation,
      outputGradient,
      output,
      input,
      norm,
    );
    const onGpu = {
      input,
      output: Float32Array.from(output),
      gamma: norm.gamma,
      mean: Float32Array.from(norm.mean),
      rstd: Float32Array.from(norm.rstd),
    };
    for (const target of ['in place', 'apart', 'accumulating'] as const) {
      const gradient = outputGradient.slice();
      const gammaGradient = new Float32Array(shape.channels);
      const betaGradient = new Float32Array(shape.channels);
      const earlier = randomArray(size, 5);
      const inputGradient = target === 'in place' ? gradient : earlier.slice();
      const bindings = { ...onGpu, gradient, gammaGradient, betaGradient, inputGradient };
      await runKernels(
        batchNormGradientReduce(shape, activation, bindings),
        batchNormGradientApply(shape, target === 'accumulating', bindings),
      );
      expect(relativeError(gammaGradient, expected.gamma)).toBeLessThan(3e-6);
      expect(relativeError(betaGradient, expected.beta)).toBeLessThan(3e-6);
      const sum = expected.input.map((value, i) =>
        target === 'accumulating' ? value + (earlier[i] ?? Number.NaN) : value,
      );
      expect(relativeError(inputGradient, sum)).toBeLessThan(3e-6);
      if (target !== 'in place') {
        expect(relativeError(gradient, expected.gradient)).toBeLessThan(1e-6);
      }
    }
  });
});

it.each(['none', 'tanh', 'sigmoid'] as const)(
  'agrees with finite differences: %s',
  (activation) => {
    const shape = { batch: 3, channels: 2, height: 3, width: 2 };
    const size = shape.channels * countOf(shape);
    const input = randomArray(size, 1);
    const outputGradient = randomArray(size, 4);
    const { norm, output } = forward(shape, activation, input);
    const gradients = batchNormGradientReference(
      shape,
      activation,
      outputGradient,
      output,
      input,
      norm,
    );
    const numeric = centralDifferences(input, (x) =>
      dot(forward(shape, activation, x).output, outputGradient),
    );
    expect(relativeError(gradients.input, numeric)).toBeLessThan(1e-6);
  },
);

it('refuses to accumulate into the gradient it reads', () => {
  const shape = { batch: 1, channels: 1, height: 1, width: 1 };
  const b = 'b';
  const bindings = {
    gradient: b,
    inputGradient: b,
    input: b,
    gamma: b,
    mean: b,
    rstd: b,
    gammaGradient: b,
    betaGradient: b,
  };
  expect(() => batchNormGradientApply(shape, true, bindings)).toThrow('in place');
});
