import { expect, it } from 'vitest';
import { at } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { channelSumReference } from '../../../webgpu/kernels/channelSum/channelSum.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { channelDot } from './channelDot.ts';

it.each(PLANES)('sums the products of each channel, %s', (_name, shape) => {
  const [a, b] = [randomArray(lengthOf(shape), 1), randomArray(lengthOf(shape), 2)];
  const sums = new Float64Array(shape.channels).fill(Number.NaN);
  runCpuKernel(channelDot(shape), {
    a: padImages(a, shape.batch, 0.5),
    b: padImages(b, shape.batch, 0),
    sums: new Uint8Array(sums.buffer),
  });
  const products = Array.from(a, (value, i) => value * at(b, i));
  expect(relativeError(sums, channelSumReference(shape, products), 1)).toBeLessThan(2e-6);
});
