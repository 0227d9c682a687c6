import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { packStep } from '../step.ts';
import { channelMomentsReference } from './channelMoments.reference.ts';
import { channelMoments } from './channelMoments.ts';

const stepOf = (rows: number, firstImage = 0) =>
  new Uint32Array(packStep({ slot: 0, step: 0, seed: 0, rows, learningRate: 0, firstImage }));

function expectMoments(actual: Float32Array, expected: readonly (readonly [number, number])[]) {
  const means = actual.filter((_, i) => i % 2 === 0);
  const variances = actual.filter((_, i) => i % 2 === 1);
  const wanted = [0, 1].map((part) => expected.map((moments) => moments[part] ?? 0));
  // Against the spread, where that is larger than the mean.
  const spread = Math.sqrt(Math.max(...(wanted[1] ?? [])));
  expect(relativeError(means, wanted[0] ?? [], spread)).toBeLessThan(1e-6);
  expect(relativeError(variances, wanted[1] ?? [])).toBeLessThan(3e-6);
}

describe.each<NormShape>([
  { batch: 16, channels: 4, height: 16, width: 17 },
  { batch: 3, channels: 5, height: 7, width: 3 },
  { batch: 1, channels: 3, height: 1, width: 2 },
])('$channels×$height×$width, batch $batch', (shape) => {
  it.each([0, 100])('about a mean of %d', async (center) => {
    const input = randomArray(shape.channels * countOf(shape), 1).map((x) => x + center);
    const moments = unwritten(2 * shape.channels);
    await runKernels(channelMoments<Data>(shape, { input, moments, step: stepOf(shape.batch) }));
    expectMoments(moments, channelMomentsReference(shape, input));
  });
});

it('joins micro-batches to what the whole batch has', async () => {
  const image = { channels: 2, height: 3, width: 5 };
  const sizes = [4, 4, 3];
  const whole = { ...image, batch: 11 };
  // Images that differ from each other, so that parts have means far apart.
  const input = randomArray(30 * 11, 1).map((x, i) => x + 3 * (i % 11));
  const moments = unwritten(2 * image.channels);
  let first = 0;
  for (const batch of sizes) {
    const own = input.filter((_, i) => i % 11 >= first && i % 11 < first + batch);
    const step = stepOf(batch, first);
    await runKernels(channelMoments<Data>({ ...image, batch }, { input: own, moments, step }));
    first += batch;
  }
  expectMoments(moments, channelMomentsReference(whole, input));
});

it('gives a constant channel no variance', async () => {
  const shape = { batch: 2, channels: 1, height: 5, width: 5 };
  const moments = unwritten(2);
  const input = new Float32Array(50).fill(1234.567);
  await runKernels(channelMoments<Data>(shape, { input, moments, step: stepOf(2) }));
  expect([...moments]).toEqual([Math.fround(1234.567), 0]);
});
