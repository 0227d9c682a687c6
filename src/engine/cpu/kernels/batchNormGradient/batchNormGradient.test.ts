import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { activate } from '../../../webgpu/kernels/activation.ts';
import { batchNormGradientReference } from '../../../webgpu/kernels/batchNormGradient/batchNormGradient.reference.ts';
import { batchNormStatisticsReference } from '../../../webgpu/kernels/batchNormStatistics/batchNormStatistics.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel, surplusOf } from '../../testing/runCpuKernel.ts';
import { batchNormGradient } from './batchNormGradient.ts';

describe.each(PLANES)('batchNormGradient, %s', (_name, shape) => {
  const { batch, channels } = shape;
  it.each([
    ['relu', false],
    ['none', true],
    ['sigmoid', true],
  ] as const)('gives all gradients: %s, added: %s', (activation, accumulate) => {
    const x = randomArray(lengthOf(shape), 1);
    const running = { mean: new Float64Array(channels), variance: new Float64Array(channels) };
    const statistics = batchNormStatisticsReference({ ...shape, epsilon: 1e-5 }, x, running);
    const gamma = randomArray(channels, 2);
    const norm = { gamma, mean: statistics.mean, rstd: statistics.rstd };
    const output = randomArray(lengthOf(shape), 3).map((value) => activate(activation, value));
    const outputGradient = randomArray(lengthOf(shape), 4);
    const earlier = randomArray(lengthOf(shape), 5);
    const expected = batchNormGradientReference(shape, activation, outputGradient, output, x, norm);

    const gradient = padImages(outputGradient, batch, 0);
    const inputGradient = accumulate ? padImages(earlier, batch, 0) : gradient;
    const [gammaGradient, betaGradient] = [unwritten(channels), unwritten(channels)];
    runCpuKernel(batchNormGradient(shape, activation, accumulate), {
      gradient,
      input: padImages(x, batch, 0.5),
      output: padImages(output, batch, 0.5),
      gamma,
      mean: Float32Array.from(norm.mean),
      rstd: Float32Array.from(norm.rstd),
      gammaGradient,
      betaGradient,
      inputGradient,
    });
    const sums = expected.input.map((g, i) => g + (accumulate ? (earlier[i] ?? 0) : 0));
    // One value a channel normalises to 0 whatever it is: what is left is rounding, times up to 1/√ε.
    const floor = batch * shape.height * shape.width === 1 ? 1e3 : 1;
    expect(relativeError(dropSurplus(inputGradient, batch), sums, floor)).toBeLessThan(3e-6);
    expect(relativeError(gammaGradient, expected.gamma, 1)).toBeLessThan(3e-6);
    expect(relativeError(betaGradient, expected.beta, 1)).toBeLessThan(3e-6);
    expect(surplusOf(inputGradient, batch).every((value) => value === 0)).toBe(true);
    if (accumulate) {
      expect(relativeError(dropSurplus(gradient, batch), expected.gradient)).toBeLessThan(1e-6);
    }
  });
});
