import { expect, it } from 'vitest';
import { randomArray } from '../../../testing/runKernel.ts';
import { runCpuKernel } from '../../testing/runCpuKernel.ts';
import { addGradients } from './addGradients.ts';

it('writes the first micro-batch’s gradients and adds the next ones’', () => {
  const [first, second] = [randomArray(5000, 1), randomArray(5000, 2)];
  const sums = new Float32Array(5000).fill(Number.NaN);
  runCpuKernel(addGradients(5000, true), { gradients: first, sums });
  expect(sums).toEqual(first);
  runCpuKernel(addGradients(5000, false), { gradients: second, sums });
  expect(sums).toEqual(first.map((value, i) => value + (second[i] ?? 0)));
});
