import { expect, it } from 'vitest';
import { randomArray, runKernels } from '../../../testing/runKernel.ts';
import { countOf } from '../batchNormStatistics/batchNormStatistics.ts';
import { subsamplePadReference } from './subsamplePad.reference.ts';
import { subsamplePad } from './subsamplePad.ts';

const CASES = [
  {
    shape: { batch: 3, channels: 6, height: 5, width: 4 },
    from: { channels: 3, height: 9, width: 8, stride: 2, padBefore: 1 },
  },
  {
    shape: { batch: 4, channels: 9, height: 4, width: 4 },
    from: { channels: 4, height: 8, width: 8, stride: 2, padBefore: 2 },
  },
  {
    shape: { batch: 2, channels: 4, height: 3, width: 3 },
    from: { channels: 4, height: 3, width: 3, stride: 1, padBefore: 0 },
  },
];

it.each(CASES)('$from.channels×$from.height×$from.width, stride $from.stride', async (item) => {
  const { shape, from } = item;
  const input = randomArray(from.channels * from.height * from.width * shape.batch, 1);
  const output = new Float32Array(shape.channels * countOf(shape)).fill(Number.NaN);
  await runKernels(subsamplePad(shape, from, { input, output }));
  expect([...output]).toEqual([...subsamplePadReference(shape, from, input)]);
});

it('keeps even pixels and puts zero channels on both sides', () => {
  const from = { channels: 1, height: 3, width: 3, stride: 2, padBefore: 1 };
  const shape = { batch: 1, channels: 3, height: 2, width: 2 };
  const output = subsamplePadReference(shape, from, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([...output]).toEqual([0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0]);
});
