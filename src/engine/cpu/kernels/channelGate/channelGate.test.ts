import { describe, expect, it } from 'vitest';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  channelGateGradientReference,
  channelGateReference,
} from '../../../webgpu/kernels/channelGate/channelGate.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel, surplusOf } from '../../testing/runCpuKernel.ts';
import { channelGate, channelGateGradient } from './channelGate.ts';

describe.each(PLANES)('channelGate, %s', (_name, shape) => {
  const { batch, channels } = shape;
  const [x, by] = [randomArray(lengthOf(shape), 1), randomArray(channels * batch, 2)];
  const [input, factors] = [padImages(x, batch, 0.5), padImages(by, batch, 0.5)];
  const empty = (values: Float32Array) => padImages(values, batch, Number.NaN);

  it('multiplies each channel of an image', () => {
    const output = empty(x);
    runCpuKernel(channelGate(shape), { input, factors, output });
    const expected = Float32Array.from(channelGateReference(shape, x, by));
    expect(dropSurplus(output, batch)).toEqual(expected);
  });

  it('gives both gradients', () => {
    const g = randomArray(lengthOf(shape), 3);
    const [inputGradient, factorsGradient] = [empty(x), empty(by)];
    const gradients = { gradient: padImages(g, batch, 0), inputGradient, factorsGradient };
    runCpuKernel(channelGateGradient(shape), { input, factors, ...gradients });
    const expected = channelGateGradientReference(shape, g, x, by);
    const error = (actual: Float32Array, wanted: Float64Array) =>
      relativeError(dropSurplus(actual, batch), wanted);
    expect(error(inputGradient, expected.inputGradient)).toBeLessThan(1e-6);
    expect(error(factorsGradient, expected.factorsGradient)).toBeLessThan(1e-6);
    for (const made of [inputGradient, factorsGradient])
      expect(surplusOf(made, batch).every((value) => value === 0)).toBe(true);
  });
});
