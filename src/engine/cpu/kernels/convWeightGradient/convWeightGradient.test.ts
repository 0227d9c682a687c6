import { describe, expect, it } from 'vitest';
import { type ConvGeometry, weightLength } from '../../../plan/geometry.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  ALL_SHAPES,
  inputLength,
  outputLength,
} from '../../../webgpu/kernels/convForward/testShapes.ts';
import { convWeightGradientReference } from '../../../webgpu/kernels/convWeightGradient/convWeightGradient.reference.ts';
import { ARITHMETICS, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { sumCopies } from '../sumCopies/sumCopies.ts';
import { convWeightGradient, weightGradientCopies } from './convWeightGradient.ts';

/** So large that its rows are cut into parts. */
const LARGE: ConvGeometry = {
  ...{ batch: 64, inChannels: 5, inHeight: 3, inWidth: 31, outChannels: 18 },
  ...{ kernel: 3, stride: 1, padding: 1 },
};

describe.each([...ALL_SHAPES, ['in parts', LARGE] as const])(
  'convWeightGradient, %s',
  (_name, shape) => {
    const { batch } = shape;
    it.each(ARITHMETICS)('gives the sums of the plain loops, %s', (arithmetic) => {
      const input = randomArray(inputLength(shape), 1);
      const outputGradient = randomArray(outputLength(shape), 2);
      const count = weightGradientCopies(shape);
      const copies = unwritten(count * weightLength(shape));
      runCpuKernel(convWeightGradient(shape, arithmetic), {
        input: padImages(input, batch, 0.5),
        outputGradient: padImages(outputGradient, batch, 0),
        copies,
      });
      const sum = unwritten(weightLength(shape));
      runCpuKernel(sumCopies(sum.length, count), { copies, sum });
      const expected = convWeightGradientReference(shape, input, outputGradient);
      expect(relativeError(sum, expected)).toBeLessThan(2e-6);
    });
  },
);

it('leaves several copies of a large one', () => {
  expect(weightGradientCopies(LARGE)).toBeGreaterThan(1);
});
