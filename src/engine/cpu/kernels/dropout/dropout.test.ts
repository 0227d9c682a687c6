import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../../data/hash.ts';
import { randomArray } from '../../../testing/runKernel.ts';
import { dropoutReference } from '../../../webgpu/kernels/dropout/dropout.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { dropout } from './dropout.ts';

const [SEED, STREAM] = [7, 0xfffffffe];

describe.each(PLANES)('dropout, %s', (_name, shape) => {
  const { batch, channels, height, width } = shape;
  const features = channels * height * width;
  const input = randomArray(lengthOf(shape), 1);
  const run = (rate: number, first: number, images: number, values: Float32Array = input) => {
    const output = padImages(values, batch, Number.NaN);
    const draw = Uint32Array.of(hashKey(SEED, STREAM), first, images);
    runCpuKernel(dropout(shape, rate), { input: padImages(values, batch, 0), output, draw });
    expect(output.every((value) => !Number.isNaN(value))).toBe(true);
    // −0 of a negative value that was dropped becomes 0.
    return dropSurplus(output, batch).map((value) => value + 0);
  };

  it('draws the mask of the reference', () => {
    for (const step of [0, 3, 4_000_000_000]) {
      // Halves are exact: the product is rounded as it is in single precision.
      const options = { batch, features, rate: 0.5, stream: STREAM };
      const expected = dropoutReference(options, { seed: SEED, step }, input);
      expect(run(0.5, Math.imul(step, features * batch) >>> 0, batch)).toEqual(
        Float32Array.from(expected),
      );
    }
  });

  it('draws a micro-batch the mask of its images', () => {
    const [images, firstImage] = [batch + 6, 5];
    const ones = new Float32Array(input.length).fill(1);
    const whole = { batch: images, features, rate: 0.3, stream: STREAM };
    const mask = dropoutReference(
      whole,
      { seed: SEED, step: 0 },
      new Float64Array(features * images).fill(1),
    );
    const expected = ones.map((_, i) => {
      const [feature, n] = [Math.floor(i / batch), i % batch];
      return mask[feature * images + firstImage + n] ?? Number.NaN;
    });
    expect(run(0.3, firstImage, images, ones)).toEqual(expected);
  });
});
