import { describe, expect, it } from 'vitest';
import { randomArray, relativeError, runKernels } from '../../testing/runKernel.ts';
import { convForwardReference } from '../convForward/convForward.reference.ts';
import { type ConvShape, outHeight, weightLength } from '../convForward/shape.ts';
import {
  centralDifferences,
  dot,
  inputLength,
  outputLength,
  randomWeight,
  TEST_SHAPES,
  unwritten,
} from '../convForward/testShapes.ts';
import { convWeightGradientReference } from './convWeightGradient.reference.ts';
import {
  convWeightGradient,
  convWeightGradientSplits,
  convWeightGradientTiles,
} from './convWeightGradient.ts';

describe('convWeightGradientReference', () => {
  it.each(TEST_SHAPES.filter(([, s]) => inputLength(s) < 150))('%s', (_, shape) => {
    const input = randomArray(inputLength(shape), 1);
    const weight = Float64Array.from(randomWeight(shape, 2));
    const outputGradient = randomArray(outputLength(shape), 3);
    const numeric = centralDifferences(weight, (w) =>
      dot(convForwardReference(shape, input, w, null), outputGradient),
    );
    const gradient = convWeightGradientReference(shape, input, outputGradient);
    expect(relativeError(gradient, numeric)).toBeLessThan(1e-9);
  });
});

/** The sum over the splits, as the engine's own kernel makes it. */
function summed(partials: Float32Array, shape: ConvShape): Float64Array {
  const length = weightLength(shape);
  return new Float64Array(length).map((_, i) => {
    let sum = 0;
    for (let at = i; at < partials.length; at += length) sum += partials[at] ?? Number.NaN;
    return sum;
  });
}

describe('convWeightGradient', () => {
  it.each(TEST_SHAPES)('%s', async (_, shape) => {
    const input = randomArray(inputLength(shape), 1);
    const outputGradient = randomArray(outputLength(shape), 2);
    const reference = convWeightGradientReference(shape, input, outputGradient);
    for (const tile of convWeightGradientTiles(shape)) {
      for (const splits of new Set([1, 3, convWeightGradientSplits(shape, 16_384, tile)])) {
        const partials = unwritten(splits * weightLength(shape));
        const buffers = { input, outputGradient, partials };
        await runKernels(convWeightGradient(shape, buffers, splits, tile));
        expect(relativeError(summed(partials, shape), reference)).toBeLessThan(2e-6);
      }
    }
  });

  it('makes as many partial sums as keep the adapter busy, and no more than fit', () => {
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
    expect(convWeightGradientSplits(square(16, 32), 1)).toBe(1);
    for (const [channels, size] of [
      [16, 32],
      [64, 8],
      [512, 7],
      [512, 1],
    ] as const) {
      const shape = square(channels, size);
      const splits = convWeightGradientSplits(shape);
      expect(splits).toBeGreaterThanOrEqual(1);
      expect(splits).toBeLessThanOrEqual(outHeight(shape));
      expect(splits === 1 || splits * weightLength(shape) <= 2 ** 21).toBe(true);
    }
    expect(convWeightGradientSplits(square(16, 32), 1e9)).toBe(32);
    expect(convWeightGradientSplits(square(512, 7, 1), 1e9)).toBe(7);
  });
});
