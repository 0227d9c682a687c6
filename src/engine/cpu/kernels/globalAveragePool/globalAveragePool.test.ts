import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  globalAveragePoolGradientReference,
  globalAveragePoolReference,
} from '../../../webgpu/kernels/globalAveragePool/globalAveragePool.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { globalAveragePool, globalAveragePoolGradient } from './globalAveragePool.ts';

describe.each(PLANES)('globalAveragePool, %s', (_name, shape) => {
  const { batch, channels } = shape;

  it('averages', () => {
    const input = randomArray(lengthOf(shape), 1);
    const output = padImages(unwritten(channels * batch), batch, Number.NaN);
    runCpuKernel(globalAveragePool(shape), { input: padImages(input, batch, 0.5), output });
    const expected = globalAveragePoolReference(shape, input);
    expect(relativeError(dropSurplus(output, batch), expected)).toBeLessThan(1e-6);
  });

  it('spreads gradients evenly', () => {
    const outputGradient = randomArray(channels * batch, 2);
    const inputGradient = padImages(unwritten(lengthOf(shape)), batch, Number.NaN);
    runCpuKernel(globalAveragePoolGradient(shape), {
      outputGradient: padImages(outputGradient, batch, 0),
      inputGradient,
    });
    const expected = globalAveragePoolGradientReference(shape, outputGradient);
    expect(relativeError(dropSurplus(inputGradient, batch), expected)).toBeLessThan(1e-6);
  });
});
