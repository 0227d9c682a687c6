import { expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { batchNormEvaluationReference } from './batchNormEvaluation.reference.ts';
import { batchNormEvaluation } from './batchNormEvaluation.ts';

it.each([1, 4, 63, 784])('turns the running statistics of %i channels round', async (channels) => {
  const running = randomArray(2 * channels, 1).map((value, i) =>
    i < channels ? value : value ** 2,
  );
  // A dead channel: variance 0.
  running[channels] = 0;
  const statistics = unwritten(2 * channels);
  await runKernels(batchNormEvaluation({ channels }, { running, statistics }));
  const expected = batchNormEvaluationReference({ channels }, running);
  expect(statistics.subarray(0, channels)).toEqual(running.subarray(0, channels));
  const deviations = statistics
    .subarray(channels)
    .map((value, i) => value / (expected[channels + i] ?? 0));
  expect(relativeError(deviations, new Float64Array(channels).fill(1))).toBeLessThan(1e-6);
  expect(statistics[channels]).toBeCloseTo(316.2278, 3);
});
