import { expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { productReference } from './product.reference.ts';
import { product } from './product.ts';

it.each(['itself', 'complement', 'negative'] as const)('times %s', async (factor) => {
  for (const count of [1, 257, 5000]) {
    const [a, b, earlier] = [randomArray(count, 1), randomArray(count, 2), randomArray(count, 3)];
    const [output, added] = [unwritten(count), earlier.slice()];
    await runKernels(
      product(count, factor, { a, b, output }),
      product(count, factor, { a, b, output: added }, { accumulate: true }),
    );
    const expected = productReference(factor, a, b);
    expect(relativeError(output, expected)).toBeLessThan(1e-6);
    const sums = expected.map((value, i) => value + (earlier[i] ?? Number.NaN));
    expect(relativeError(added, sums)).toBeLessThan(1e-6);
  }
});

it('gives the gradients of a gated value', async () => {
  const [x, gate, gradient] = [1, 2, 3].map((seed) => randomArray(100, seed)) as [
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
    Float32Array<ArrayBuffer>,
  ];
  const loss = (of: ArrayLike<number>, by: ArrayLike<number>) =>
    dot(productReference('complement', of, by), gradient);
  const [inputGradient, gateGradient] = [unwritten(100), unwritten(100)];
  await runKernels(
    product(100, 'complement', { a: gradient, b: gate, output: inputGradient }),
    product(100, 'negative', { a: gradient, b: x, output: gateGradient }),
  );
  const ofInput = centralDifferences(x, (values) => loss(values, gate));
  expect(relativeError(inputGradient, ofInput)).toBeLessThan(1e-6);
  const ofGate = centralDifferences(gate, (values) => loss(x, values));
  expect(relativeError(gateGradient, ofGate)).toBeLessThan(1e-6);
});
