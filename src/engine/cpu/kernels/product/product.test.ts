import { describe, expect, it } from 'vitest';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { productReference } from '../../../webgpu/kernels/product/product.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { product } from './product.ts';

describe.each(PLANES)('product, %s', (_name, shape) => {
  it.each(['itself', 'complement', 'negative'] as const)('times the other: %s', (factor) => {
    const { batch } = shape;
    const [left, right, earlier] = [1, 2, 3].map((seed) => randomArray(lengthOf(shape), seed));
    const expected = productReference(factor, left ?? [], right ?? []);
    const [a, b] = [padImages(left ?? [], batch, 0), padImages(right ?? [], batch, 0.5)];
    const output = padImages(earlier ?? [], batch, Number.NaN);
    runCpuKernel(product(shape, factor, false), { a, b, output });
    expect(relativeError(dropSurplus(output, batch), expected)).toBeLessThan(1e-6);
    // Of a gradient they are zeros.
    expect(output.every((value) => !Number.isNaN(value))).toBe(true);

    const sums = padImages(earlier ?? [], batch, 0);
    runCpuKernel(product(shape, factor, true), { a, b, output: sums });
    const added = expected.map((value, i) => value + (earlier?.[i] ?? Number.NaN));
    expect(relativeError(dropSurplus(sums, batch), added)).toBeLessThan(1e-6);
  });
});
