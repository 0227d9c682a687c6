import { describe, expect, it } from 'vitest';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { batchNormStatisticsReference } from './batchNormStatistics.reference.ts';
import { batchNormStatistics, countOf, type StatisticsShape } from './batchNormStatistics.ts';

const SHAPES: readonly StatisticsShape[] = [
  { batch: 4, channels: 8, height: 32, width: 33, epsilon: 1e-5 },
  { batch: 3, channels: 5, height: 7, width: 3, epsilon: 1e-3 },
  { batch: 2, channels: 1, height: 1, width: 1, epsilon: 1e-5 },
];

describe.each(SHAPES)('$channels×$height×$width, batch $batch', (shape) => {
  it.each([0, 100])('agrees with the reference about a mean of %d', async (center) => {
    const input = randomArray(shape.channels * countOf(shape), 1).map((x) => x + center);
    const mean = new Float32Array(shape.channels);
    const rstd = new Float32Array(shape.channels);
    const runningMean = randomArray(shape.channels, 2);
    const runningVar = randomArray(shape.channels, 3).map(Math.abs);
    const running = {
      mean: Float64Array.from(runningMean),
      variance: Float64Array.from(runningVar),
    };
    const expected = batchNormStatisticsReference(shape, input, running);
    await runKernels(batchNormStatistics(shape, { input, mean, rstd, runningMean, runningVar }));
    expect(relativeError(mean, expected.mean)).toBeLessThan(1e-6);
    expect(relativeError(rstd, expected.rstd)).toBeLessThan(center === 0 ? 1e-6 : 3e-5);
    expect(relativeError(runningMean, running.mean)).toBeLessThan(1e-6);
    expect(relativeError(runningVar, running.variance)).toBeLessThan(center === 0 ? 1e-6 : 3e-5);
  });
});

it('keeps PyTorch’s running statistics: momentum 0.1, unbiased variance', async () => {
  const shape = { batch: 2, channels: 1, height: 1, width: 2, epsilon: 1e-5 };
  const input = Float32Array.of(1, 2, 3, 6);
  const [mean, rstd] = [new Float32Array(1), new Float32Array(1)];
  const [runningMean, runningVar] = [Float32Array.of(0), Float32Array.of(1)];
  await runKernels(batchNormStatistics(shape, { input, mean, rstd, runningMean, runningVar }));
  expect(mean[0]).toBeCloseTo(3, 6);
  expect(rstd[0]).toBeCloseTo(1 / Math.sqrt(3.5 + 1e-5), 6);
  expect(runningMean[0]).toBeCloseTo(0.3, 6);
  expect(runningVar[0]).toBeCloseTo(0.9 + 0.1 * (14 / 3), 6);
});
