import { expect, it } from 'vitest';
import { randomArray } from '../../../testing/runKernel.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { channelMoments } from './channelMoments.ts';

it.each(PLANES)('gives mean and squares about it, %s', (_name, shape) => {
  const { batch, channels, height, width } = shape;
  const input = randomArray(lengthOf(shape), 1).map((value) => value + 100);
  const moments = new Float64Array(2 * channels);
  runCpuKernel(channelMoments(shape), {
    input: padImages(input, batch, 0.5),
    moments: new Uint8Array(moments.buffer),
  });
  const count = batch * height * width;
  for (let c = 0; c < channels; c++) {
    const values = Array.from(input.subarray(c * count, (c + 1) * count));
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(moments[2 * c]).toBeCloseTo(mean, 4);
    expect(Math.abs((moments[2 * c + 1] ?? 0) - squares)).toBeLessThan(1e-5 * squares + 1e-8);
  }
});
