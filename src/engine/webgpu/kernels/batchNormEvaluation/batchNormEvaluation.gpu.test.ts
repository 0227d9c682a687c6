import { expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { batchNormEvaluationReference } from './batchNormEvaluation.reference.ts';
import { batchNormEvaluation } from './batchNormEvaluation.ts';

it.each([
  [1, 1e-5],
  [4, 1e-5],
  [63, 1e-3],
  [784, 1e-5],
])('turns the running statistics of %i channels round', async (channels, epsilon) => {
  const running = randomArray(2 * channels, 1).map((value, i) =>
    i < channels ? value : value ** 2,
  );
  // A dead channel: variance 0.
  running[channels] = 0;
  const statistics = unwritten(2 * channels);
  await runKernels(batchNormEvaluation({ channels, epsilon }, { running, statistics }));
  const expected = batchNormEvaluationReference({ channels, epsilon }, running);
  expect(statistics.subarray(0, channels)).toEqual(running.subarray(0, channels));
  const deviations = statistics
    .subarray(channels)
    .map((value, i) => value / (expected[channels + i] ?? 0));
  expect(relativeError(deviations, new Float64Array(channels).fill(1))).toBeLessThan(1e-6);
  expect(statistics[channels]).toBeCloseTo(1 / Math.sqrt(epsilon), 3);
});
