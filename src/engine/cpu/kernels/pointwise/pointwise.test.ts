import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { batchNormStatisticsReference } from '../../../webgpu/kernels/batchNormStatistics/batchNormStatistics.reference.ts';
import { pointwiseReference } from '../../../webgpu/kernels/pointwise/pointwise.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import type { PlaneShape } from '../plane.ts';
import { type PointwiseOptions, pointwise } from './pointwise.ts';

const EPSILON = 1e-3;
const ACTIVATIONS = ['none', 'relu', 'tanh', 'sigmoid'] as const;

const values = (shape: PlaneShape, seed: number) =>
  randomArray(lengthOf(shape), seed).map((value) => 3 * value + 1);

function run(
  shape: PlaneShape,
  options: PointwiseOptions,
  tensors: Partial<Record<string, Float32Array>>,
): Float32Array {
  const { batch, channels } = shape;
  const output = padImages(unwritten(lengthOf(shape)), batch, Number.NaN);
  const none = new Float32Array(channels);
  runCpuKernel(pointwise(shape, options, 'exact'), {
    input: padImages(tensors.input ?? none, batch, 0.5),
    shortcut: padImages(tensors.shortcut ?? new Float32Array(0), batch, 0.5),
    output,
    gamma: tensors.gamma ?? none,
    beta: tensors.beta ?? none,
    mean: tensors.mean ?? none,
    rstd: tensors.rstd ?? none,
    runningMean: tensors.runningMean ?? none,
    runningVar: tensors.runningVar ?? none,
  });
  expect(output.every(Number.isFinite)).toBe(true);
  return dropSurplus(output, batch);
}

describe.each(PLANES)('pointwise, %s', (_name, shape) => {
  const { channels } = shape;
  const gamma = randomArray(channels, 2);
  const beta = randomArray(channels, 3);
  const input = values(shape, 1);

  it.each(ACTIVATIONS)(
    'normalises by the batch, adds the shortcut and activates: %s',
    (activation) => {
      const running = { mean: randomArray(channels, 5), variance: randomArray(channels, 6) };
      const expectedRunning = {
        mean: Float64Array.from(running.mean),
        variance: Float64Array.from(running.variance),
      };
      const statistics = batchNormStatisticsReference(
        { ...shape, epsilon: EPSILON },
        input,
        expectedRunning,
      );
      const [mean, rstd] = [unwritten(channels), unwritten(channels)];
      const shortcut = values(shape, 4);
      const tensors = { input, shortcut, gamma, beta, mean, rstd };
      const output = run(
        shape,
        { norm: { epsilon: EPSILON }, shortcut: 'same', activation },
        {
          ...tensors,
          runningMean: running.mean,
          runningVar: running.variance,
        },
      );
      const norm = { gamma, beta, ...statistics };
      const options = { activation, subsamplePad: null };
      const expected = pointwiseReference(shape, options, input, norm, shortcut);
      expect(relativeError(output, expected)).toBeLessThan(2e-6);
      expect(relativeError(mean, statistics.mean)).toBeLessThan(1e-6);
      expect(relativeError(rstd, statistics.rstd)).toBeLessThan(1e-6);
      expect(relativeError(running.mean, expectedRunning.mean)).toBeLessThan(1e-6);
      expect(relativeError(running.variance, expectedRunning.variance)).toBeLessThan(1e-6);
    },
  );

  it('normalises by known statistics', () => {
    const mean = randomArray(channels, 7);
    const rstd = randomArray(channels, 8).map((value) => value + 1.5);
    const norm = { gamma, beta, mean, rstd };
    const output = run(
      shape,
      { norm: 'known', shortcut: 'none', activation: 'relu' },
      { input, ...norm },
    );
    const options = { activation: 'relu', subsamplePad: null } as const;
    const expected = pointwiseReference(shape, options, input, norm, null);
    expect(relativeError(output, expected)).toBeLessThan(2e-6);
  });

  it('adds a subsampled, zero-padded shortcut', () => {
    const [height, width] = [2 * shape.height - 1, 2 * shape.width];
    const from = { channels: Math.ceil(channels / 2), height, width, stride: 2, padBefore: 1 };
    const shortcut = values({ ...shape, ...from }, 4);
    const output = run(
      shape,
      { norm: 'none', shortcut: from, activation: 'none' },
      { input, shortcut },
    );
    const options = { activation: 'none', subsamplePad: from } as const;
    const expected = pointwiseReference(shape, options, input, null, shortcut);
    expect(relativeError(output, expected)).toBeLessThan(2e-6);
  });
});

it.each(ACTIVATIONS)('passes NaN through %s, and takes large values', (activation) => {
  const shape = { batch: 4, channels: 1, height: 1, width: 2 };
  const input = Float32Array.of(Number.NaN, 200, -200, 1e-4, -1e-4, 0.7, -0.7, 50);
  const output = padImages(unwritten(8), 4, Number.NaN);
  const none = new Float32Array(1);
  const vectors = { gamma: none, beta: none, mean: none, rstd: none };
  const rest = { ...vectors, runningMean: none, runningVar: none, shortcut: none };
  const options: PointwiseOptions = { norm: 'none', shortcut: 'none', activation };
  runCpuKernel(pointwise(shape, options, 'exact'), { input, output, ...rest });
  const reference = { activation, subsamplePad: null };
  const expected = pointwiseReference(shape, reference, input, null, null);
  expect(output[0]).toBeNaN();
  for (let i = 1; i < 8; i++) {
    const value = expected[i] ?? 0;
    expect(Math.abs((output[i] ?? 0) - value)).toBeLessThanOrEqual(3e-7 * Math.abs(value) + 1e-37);
  }
});
