import { describe, expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../../testing/runKernel.ts';
import { convForwardReference } from '../convForward/convForward.reference.ts';
import {
  ALL_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  TEST_SHAPES,
  tilesToTest,
} from '../convForward/testShapes.ts';
import { convInputGradientReference } from './convInputGradient.reference.ts';
import { convInputGradient } from './convInputGradient.ts';
import { convInputGradientTiles } from './tiles.ts';

describe('convInputGradientReference', () => {
  it.each(TEST_SHAPES.filter(([, s]) => inputLength(s) < 150))('%s', (_, shape) => {
    const input = Float64Array.from(randomArray(inputLength(shape), 1));
    const weight = randomWeight(shape, 2);
    const outputGradient = randomArray(outputLength(shape), 3);
    // Linear, so a large step is exact but for rounding.
    const loss = (x: Float64Array) =>
      dot(convForwardReference(shape, x, weight, null), outputGradient);
    const numeric = centralDifferences(input, loss, 1e-3);
    const gradient = convInputGradientReference(shape, outputGradient, weight);
    expect(relativeError(gradient, numeric)).toBeLessThan(1e-9);
  });
});

describe('convInputGradient', () => {
  it.each(ALL_SHAPES)('%s', async (_, shape) => {
    const outputGradient = randomArray(outputLength(shape), 1);
    const weight = randomWeight(shape, 2);
    const before = randomArray(inputLength(shape), 3);
    const reference = convInputGradientReference(shape, outputGradient, weight);
    for (const tile of tilesToTest(shape, convInputGradientTiles, await testDevice())) {
      const fresh = unwritten(inputLength(shape));
      const added = before.slice();
      const inputs = { outputGradient, weight };
      await runKernels(
        convInputGradient(shape, { ...inputs, inputGradient: fresh }, { accumulate: false }, tile),
        convInputGradient(shape, { ...inputs, inputGradient: added }, { accumulate: true }, tile),
      );
      expect(relativeError(fresh, reference)).toBeLessThan(2e-6);
      const sums = reference.map((value, i) => value + (before[i] ?? Number.NaN));
      expect(relativeError(added, sums)).toBeLessThan(2e-6);
    }
  });
});
