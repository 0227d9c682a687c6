import { describe, expect, it } from 'vitest';
import { padTo4 } from '../../../plan/layout.ts';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { channelSumReference } from './channelSum.reference.ts';
import { type ChannelSumShape, channelSum } from './channelSum.ts';

describe.each<ChannelSumShape>([
  { batch: 16, channels: 4, height: 16, width: 16 },
  { batch: 3, channels: 5, height: 7, width: 3 },
  { batch: 1, channels: 10, height: 1, width: 1 },
  { batch: 17, channels: 3, height: 31, width: 29 },
])('$channels×$height×$width, batch $batch', (shape) => {
  const count = shape.height * shape.width * shape.batch;
  // One-sided, so that the sum grows with the number of terms and its rounding shows.
  const input = randomArray(shape.channels * count, 1).map((value) => value + 1);

  it('sums channels and leaves the padding', async () => {
    const output = unwritten(padTo4(shape.channels));
    await runKernels(channelSum(shape, { input: input.slice(), output }));
    const expected = channelSumReference(shape, input);
    expect(relativeError(output.subarray(0, shape.channels), expected)).toBeLessThan(1e-6);
    expect(output.subarray(shape.channels).every(Number.isNaN)).toBe(true);
  });
});

it('is the gradient of a bias', async () => {
  const shape = { batch: 3, channels: 5, height: 2, width: 3 };
  const outputGradient = randomArray(90, 2);
  const output = new Float32Array(8);
  await runKernels(channelSum(shape, { input: outputGradient, output }));
  const numeric = centralDifferences(new Float64Array(5), (bias) =>
    dot(
      Array.from({ length: 90 }, (_, i) => bias[Math.floor(i / 18)] ?? Number.NaN),
      outputGradient,
    ),
  );
  expect(relativeError(output.subarray(0, 5), numeric)).toBeLessThan(1e-6);
  expect(Array.from(output.subarray(5))).toEqual([0, 0, 0]);
});
