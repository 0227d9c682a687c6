import { describe, expect, it } from 'vitest';
import { randomArray } from '../../../testing/runKernel.ts';
import { scaleReference } from '../../../webgpu/kernels/scale/scale.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel, surplusOf } from '../../testing/runCpuKernel.ts';
import { scale } from './scale.ts';

describe.each(PLANES)('scale, %s', (_name, shape) => {
  const { batch, channels } = shape;
  const input = randomArray(lengthOf(shape), 1);
  const weights = {
    none: null,
    single: Float32Array.of(-0.75),
    perChannel: randomArray(channels, 2),
  };
  const run = (factor: number | 'drawn', weight: keyof typeof weights, drawn: number) => {
    const output = padImages(input, batch, Number.NaN);
    runCpuKernel(scale(shape, { factor, weight }), {
      ...{ input: padImages(input, batch, 0), output },
      ...{ drawn: Float32Array.of(drawn), weight: weights[weight] ?? new Float32Array(1) },
    });
    expect(surplusOf(output, batch).every((value) => value === 0)).toBe(true);
    return dropSurplus(output, batch);
  };

  it.each(['none', 'single', 'perChannel'] as const)('multiplies, weight: %s', (weight) => {
    const expected = scaleReference(shape, 0.5, weights[weight], input);
    // Halves are exact, so that a single product is rounded once.
    expect(run(0.5, weight, 7)).toEqual(Float32Array.from(expected));
    expect(run('drawn', weight, 0.5)).toEqual(Float32Array.from(expected));
    expect(run('drawn', weight, 0).every((value) => value === 0)).toBe(true);
  });
});
