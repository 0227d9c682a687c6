import { expect, it } from 'vitest';
import { randomArray } from '../../../testing/runKernel.ts';
import { runCpuKernel } from '../../testing/runCpuKernel.ts';
import { average } from './average.ts';

it('moves the average towards the values by the rate, and rounds each product and sum', () => {
  const { fround } = Math;
  const [values, averages] = [randomArray(5000, 1), randomArray(5000, 2)];
  const rate = fround(0.3);
  const expected = averages.map((before, i) => {
    const gap = fround((values[i] ?? 0) - before);
    return before + fround(rate * gap);
  });
  runCpuKernel(average(5000), { values, average: averages, rate: Float32Array.of(rate) });
  expect(averages).toEqual(expected);
});
