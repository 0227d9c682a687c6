import { expect, it } from 'vitest';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packStep } from '../step.ts';
import { average } from './average.ts';

it('moves the average towards the values by the step’s rate', async () => {
  const [values, averages] = [randomArray(5000, 1), randomArray(5000, 2)];
  const averageRate = Math.fround(0.3);
  const expected = Float64Array.from(
    averages,
    (before, i) => before + averageRate * ((values[i] ?? 0) - before),
  );
  const step = packStep({ slot: 0, step: 0, seed: 0, rows: 0, learningRate: 0, averageRate });
  await runKernels(average<Data>(5000, { values, average: averages, step: new Uint32Array(step) }));
  expect(relativeError(averages, expected)).toBeLessThan(2e-7);
});
