import { expect, it } from 'vitest';
import { centralDifferences, dot } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { countOf } from '../batchNormStatistics/batchNormStatistics.ts';
import { pointwiseReference } from '../pointwise/pointwise.reference.ts';
import { subsamplePadGradientReference } from './subsamplePadGradient.reference.ts';
import { subsamplePadGradient } from './subsamplePadGradient.ts';

const CASES = [
  {
    shape: { batch: 3, channels: 6, height: 5, width: 4 },
    from: { channels: 3, height: 9, width: 8, stride: 2, padBefore: 1 },
  },
  {
    shape: { batch: 4, channels: 8, height: 4, width: 4 },
    from: { channels: 4, height: 8, width: 8, stride: 2, padBefore: 2 },
  },
  {
    shape: { batch: 2, channels: 4, height: 3, width: 3 },
    from: { channels: 2, height: 3, width: 3, stride: 1, padBefore: 1 },
  },
];

it.each(CASES)('$from.channels×$from.height×$from.width, stride $from.stride', async (item) => {
  const { shape, from } = item;
  const outputGradient = randomArray(shape.channels * countOf(shape), 1);
  const inputSize = from.channels * from.height * from.width * shape.batch;
  const inputGradient = new Float32Array(inputSize).fill(Number.NaN);
  await runKernels(subsamplePadGradient(shape, from, { outputGradient, inputGradient }));
  const expected = subsamplePadGradientReference(shape, from, outputGradient);
  expect(relativeError(inputGradient, expected)).toBe(0);

  const zeros = new Float64Array(shape.channels * countOf(shape));
  const options = { activation: 'none', subsamplePad: from } as const;
  const numeric = centralDifferences(randomArray(inputSize, 2), (shortcut) =>
    dot(pointwiseReference(shape, options, zeros, null, shortcut), outputGradient),
  );
  expect(relativeError(inputGradient, numeric)).toBeLessThan(1e-6);
});
