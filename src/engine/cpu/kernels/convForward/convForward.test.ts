import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { convForwardReference } from '../../../webgpu/kernels/convForward/convForward.reference.ts';
import {
  ALL_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
} from '../../../webgpu/kernels/convForward/testShapes.ts';
import { ARITHMETICS, dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { convForward } from './convForward.ts';

describe.each(ALL_SHAPES)('convForward, %s', (_name, shape) => {
  it.each(ARITHMETICS)('gives the sums of the plain loops, %s', (arithmetic) => {
    const input = randomArray(inputLength(shape), 1);
    const weight = randomWeight(shape, 2);
    for (const bias of [null, randomArray(shape.outChannels, 3)]) {
      const output = padImages(unwritten(outputLength(shape)), shape.batch, Number.NaN);
      runCpuKernel(convForward(shape, bias !== null, arithmetic), {
        input: padImages(input, shape.batch, 0.5),
        weight,
        bias: bias ?? new Float32Array(0),
        output,
      });
      const expected = convForwardReference(shape, input, weight, bias);
      expect(relativeError(dropSurplus(output, shape.batch), expected)).toBeLessThan(1e-6);
      expect(output.every(Number.isFinite)).toBe(true);
    }
  });
});
