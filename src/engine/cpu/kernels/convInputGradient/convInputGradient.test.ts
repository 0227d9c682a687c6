import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  ALL_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
} from '../../../webgpu/kernels/convForward/testShapes.ts';
import { convInputGradientReference } from '../../../webgpu/kernels/convInputGradient/convInputGradient.reference.ts';
import {
  ARITHMETICS,
  dropSurplus,
  padImages,
  runCpuKernel,
  surplusOf,
} from '../../testing/runCpuKernel.ts';
import { convInputGradient } from './convInputGradient.ts';

describe.each(ALL_SHAPES)('convInputGradient, %s', (_name, shape) => {
  const { batch } = shape;
  const outputGradient = randomArray(outputLength(shape), 1);
  const weight = randomWeight(shape, 2);
  const expected = convInputGradientReference(shape, outputGradient, weight);

  it.each(ARITHMETICS)('gives the sums of the plain loops, %s', (arithmetic) => {
    const inputGradient = padImages(unwritten(inputLength(shape)), batch, Number.NaN);
    runCpuKernel(convInputGradient(shape, false, arithmetic), {
      outputGradient: padImages(outputGradient, batch, 0),
      weight,
      inputGradient,
    });
    expect(relativeError(dropSurplus(inputGradient, batch), expected)).toBeLessThan(1e-6);
    expect(surplusOf(inputGradient, batch).every((value) => value === 0)).toBe(true);
  });

  it('adds them to what is there', () => {
    const earlier = randomArray(inputLength(shape), 3);
    const inputGradient = padImages(earlier, batch, 0);
    runCpuKernel(convInputGradient(shape, true, 'exact'), {
      outputGradient: padImages(outputGradient, batch, 0),
      weight,
      inputGradient,
    });
    const sums = expected.map((value, i) => value + (earlier[i] ?? Number.NaN));
    expect(relativeError(dropSurplus(inputGradient, batch), sums)).toBeLessThan(1e-6);
  });
});
