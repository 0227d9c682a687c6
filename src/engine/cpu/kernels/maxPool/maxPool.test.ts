import { describe, expect, it } from 'vitest';
import type { PoolGeometry } from '../../../plan/geometry.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  maxPoolGradientReference,
  maxPoolReference,
} from '../../../webgpu/kernels/maxPool/maxPool.reference.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { maxPool, maxPoolGradient } from './maxPool.ts';

const shape = (
  batch: number,
  channels: number,
  height: number,
  width: number,
  kernel = 3,
  stride = 2,
  padding = 1,
): PoolGeometry => ({ batch, channels, height, width, kernel, stride, padding });

describe.each([
  shape(4, 3, 8, 8),
  shape(5, 2, 7, 5),
  shape(3, 2, 6, 4, 2, 2, 0),
  shape(2, 1, 1, 1),
])('maxPool of %o', (pool) => {
  const { batch } = pool;
  const input = randomArray(batch * pool.channels * pool.height * pool.width, 1);
  // Of equals the first wins.
  input.fill(0.25, 0, 2 * batch);
  const expected = maxPoolReference(pool, input);
  const padded = () => padImages(unwritten(expected.output.length), batch, Number.NaN);
  const [output, winners] = [padded(), padded()];
  const argmax = new Uint32Array(winners.buffer);
  runCpuKernel(maxPool(pool), { input: padImages(input, batch, 0.5), output, argmax });

  it('takes the largest and keeps where it was', () => {
    expect(dropSurplus(output, batch)).toEqual(Float32Array.from(expected.output));
    expect(dropSurplus(argmax, batch)).toEqual(Float32Array.from(expected.argmax));
  });

  it('hands gradients back to it', () => {
    const outputGradient = randomArray(expected.output.length, 2);
    const inputGradient = padImages(unwritten(input.length), batch, Number.NaN);
    runCpuKernel(maxPoolGradient(pool), {
      outputGradient: padImages(outputGradient, batch, 0),
      argmax,
      inputGradient,
    });
    const gradient = maxPoolGradientReference(pool, outputGradient, expected.argmax);
    expect(relativeError(dropSurplus(inputGradient, batch), gradient)).toBeLessThan(1e-6);
  });
});

it('lets NaN win', () => {
  const pool = shape(1, 1, 2, 2, 2, 2, 0);
  const output = padImages(unwritten(1), 1, 0);
  const input = padImages([1, Number.NaN, 3, 2], 1, 0);
  runCpuKernel(maxPool(pool), { input, output, argmax: new Uint32Array(4) });
  expect(output[0]).toBeNaN();
});
