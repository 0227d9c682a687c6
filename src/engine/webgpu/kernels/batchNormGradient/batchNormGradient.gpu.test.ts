import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../plan/operations/operation.ts';
import { centralDifferences, dot } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { batchNormStatisticsReference } from '../batchNormStatistics/batchNormStatistics.reference.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { betaOffset } from '../normalize.ts';
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
  const norm = {
    gamma,
    beta,
    ...batchNormStatisticsReference({ ...shape, epsilon: 1e-5 }, x, running),
  };
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
      const sums = { kind: 'summed', gammaGradient, betaGradient } as const;
      await runKernels(
        batchNormGradientReduce(shape, activation, bindings),
        batchNormGradientApply(shape, target === 'accumulating', { ...bindings, sums }),
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

it('adds up what lies tile by tile, and keeps it', async () => {
  const shape = { batch: 5, channels: 3, height: 16, width: 16 };
  const size = shape.channels * countOf(shape);
  const input = randomArray(size, 1);
  const gradient = randomArray(size, 2);
  const gamma = randomArray(shape.channels, 3);
  const [mean, rstd] = [randomArray(shape.channels, 4), randomArray(shape.channels, 5)];
  const count = 300;
  const tileSums = randomArray(2 * shape.channels * count, 6);
  const summed = (part: number) =>
    Float32Array.from({ length: shape.channels }, (_, channel) => {
      const own = tileSums.subarray(2 * count * channel, 2 * count * (channel + 1));
      return own.reduce((sum, value, i) => sum + (i % 2 === part ? value : 0), 0);
    });
  const [betaGradient, gammaGradient] = [summed(0), summed(1)];
  const offset = betaOffset(shape.channels);
  const affineGradient = new Float32Array(offset + shape.channels);
  const common = { input, gamma, mean, rstd };
  const fromTiles = gradient.slice();
  await runKernels(
    batchNormGradientApply<Float32Array>(shape, false, {
      ...{ ...common, gradient: fromTiles, inputGradient: fromTiles },
      sums: { kind: 'tiles', tileSums, count, affineGradient },
    }),
    batchNormGradientApply<Float32Array>(shape, false, {
      ...{ ...common, gradient, inputGradient: gradient },
      sums: { kind: 'summed', gammaGradient, betaGradient },
    }),
  );
  expect(relativeError(affineGradient.subarray(0, shape.channels), gammaGradient)).toBeLessThan(
    2e-6,
  );
  expect(relativeError(affineGradient.subarray(offset), betaGradient)).toBeLessThan(2e-6);
  expect(relativeError(fromTiles, gradient)).toBeLessThan(2e-6);
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
    sums: { kind: 'summed', gammaGradient: b, betaGradient: b },
  } as const;
  expect(() => batchNormGradientApply(shape, true, bindings)).toThrow('in place');
});
