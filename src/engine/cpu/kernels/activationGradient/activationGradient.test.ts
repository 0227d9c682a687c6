import { describe, expect, it } from 'vitest';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { activationGradientReference } from '../../../webgpu/kernels/activationGradient/activationGradient.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { activationGradient } from './activationGradient.ts';

describe.each(PLANES)('activationGradient, %s', (_name, shape) => {
  it.each(['relu', 'tanh', 'sigmoid'] as const)('multiplies by the slope of %s', (activation) => {
    const { batch } = shape;
    const y = randomArray(lengthOf(shape), 1);
    const outputGradient = randomArray(lengthOf(shape), 2);
    const earlier = randomArray(lengthOf(shape), 3);
    const expected = activationGradientReference(activation, outputGradient, y);
    const output = padImages(y, batch, 0.5);

    const inPlace = padImages(outputGradient, batch, 0);
    const ownTensor = { gradient: inPlace, output, inputGradient: inPlace };
    runCpuKernel(activationGradient(shape, activation, false), ownTensor);
    expect(relativeError(dropSurplus(inPlace, batch), expected)).toBeLessThan(1e-6);

    const inputGradient = padImages(earlier, batch, 0);
    const gradient = padImages(outputGradient, batch, 0);
    runCpuKernel(activationGradient(shape, activation, true), { gradient, output, inputGradient });
    const sums = expected.map((g, i) => g + (earlier[i] ?? 0));
    expect(relativeError(dropSurplus(inputGradient, batch), sums)).toBeLessThan(1e-6);
  });
});
