import { describe, expect, it } from 'vitest';
import { outHeight, weightLength } from '../../../plan/geometry.ts';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../../testing/runKernel.ts';
import { convForwardReference } from '../convForward/convForward.reference.ts';
import type { ConvShape } from '../convForward/shape.ts';
import {
  ALL_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  TEST_SHAPES,
  tilesToTest,
} from '../convForward/testShapes.ts';
import { convWeightGradientReference } from './convWeightGradient.reference.ts';
import { convWeightGradient, convWeightGradientCopies } from './convWeightGradient.ts';
import { imageLanesTile } from './imageLanes.ts';
import { testableTiles } from './testTiles.ts';

describe('convWeightGradientReference', () => {
  it.each(TEST_SHAPES.filter(([, s]) => inputLength(s) < 150))('%s', (_, shape) => {
    const input = randomArray(inputLength(shape), 1);
    const weight = Float64Array.from(randomWeight(shape, 2));
    const outputGradient = randomArray(outputLength(shape), 3);
    // Linear, so a large step is exact but for rounding.
    const loss = (w: Float64Array) =>
      dot(convForwardReference(shape, input, w, null), outputGradient);
    const numeric = centralDifferences(weight, loss, 1e-3);
    const gradient = convWeightGradientReference(shape, input, outputGradient);
    expect(relativeError(gradient, numeric)).toBeLessThan(1e-9);
  });
});

/** The sum over the copies, as the engine's own kernel makes it. */
function summed(partials: Float32Array, shape: ConvShape): Float64Array {
  const length = weightLength(shape);
  return new Float64Array(length).map((_, i) => {
    let sum = 0;
    for (let at = i; at < partials.length; at += length) sum += partials[at] ?? Number.NaN;
    return sum;
  });
}

describe('convWeightGradient', () => {
  it.each(ALL_SHAPES)('%s', async (_, shape) => {
    const input = randomArray(inputLength(shape), 1);
    const outputGradient = randomArray(outputLength(shape), 2);
    const reference = convWeightGradientReference(shape, input, outputGradient);
    const plain = imageLanesTile(shape);
    for (const tile of [
      ...tilesToTest(shape, testableTiles, await testDevice()),
      { ...plain, joined: false, splits: Math.min(3, outHeight(shape)) },
      { ...plain, joined: true, splits: 1 },
    ]) {
      const copies = convWeightGradientCopies(shape, tile);
      const partials = unwritten(copies * weightLength(shape));
      const buffers = { input, outputGradient, partials };
      await runKernels(convWeightGradient(shape, buffers, tile));
      expect(relativeError(summed(partials, shape), reference)).toBeLessThan(2e-6);
    }
  });

  it('makes as many copies as keep the adapter busy, and no more than fit', () => {
    const square = (channels: number, size: number, kernel = 3): ConvShape => ({
      batch: 32,
      inChannels: channels,
      inHeight: size,
      inWidth: size,
      outChannels: channels,
      kernel,
      stride: 1,
      padding: (kernel - 1) / 2,
    });
    const copiesOf = (...shape: Parameters<typeof square>) =>
      convWeightGradientCopies(square(...shape));
    expect(copiesOf(16, 32)).toBe(11 * 32);
    expect(copiesOf(64, 8)).toBe(32);
    expect(copiesOf(512, 7)).toBe(1);
    expect(copiesOf(512, 1)).toBe(1);
    for (const [channels, size] of [
      [16, 32],
      [64, 8],
      [256, 14],
    ] as const) {
      const floats = copiesOf(channels, size) * weightLength(square(channels, size));
      expect(floats).toBeLessThanOrEqual(2 ** 21);
    }
  });
});
