import { expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { channelSumReference } from '../../../webgpu/kernels/channelSum/channelSum.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { channelSum } from './channelSum.ts';

it.each(PLANES)('sums channels, %s', (_name, shape) => {
  const input = randomArray(lengthOf(shape), 1);
  const output = unwritten(shape.channels);
  runCpuKernel(channelSum(shape), { input: padImages(input, shape.batch, 0.5), output });
  const expected = channelSumReference(shape, input);
  expect(relativeError(output, expected, 1)).toBeLessThan(2e-6);
});
