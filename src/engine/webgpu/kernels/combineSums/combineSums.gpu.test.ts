import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../../testing/runKernel.ts';
import { batchNormGradientReference } from '../batchNormGradient/batchNormGradient.reference.ts';
import {
  FUSION_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  tilesToTest,
} from '../convForward/testShapes.ts';
import { convInputGradientReference } from '../convInputGradient/convInputGradient.reference.ts';
import { convInputGradient, tileSumsPerChannel } from '../convInputGradient/convInputGradient.ts';
import { convInputGradientTiles } from '../convInputGradient/tiles.ts';
import { betaOffset } from '../normalize.ts';
import { pointwiseReference } from '../pointwise/pointwise.reference.ts';
import { combineSums } from './combineSums.ts';

const CASES = [
  { activation: 'none', told: 'by its output' },
  { activation: 'relu', told: 'by its output' },
  { activation: 'relu', told: 'by computing it' },
  { activation: 'sigmoid', told: 'by its output' },
] as const;

const SHAPES = FUSION_SHAPES.map(([name, shape], i) => [name, shape, i] as const);

describe.each(SHAPES)('back through BatchNorm behind the input gradient, %s', (_, shape, at) => {
  const { batch, inChannels: channels, inHeight: height, inWidth: width } = shape;
  const x = randomArray(inputLength(shape), 1);
  const affine = randomArray(betaOffset(channels) + channels, 2);
  const mean = randomArray(channels, 3);
  const rstd = randomArray(channels, 4).map((value) => 1.5 + value);
  const [gamma, beta] = [affine.subarray(0, channels), affine.subarray(betaOffset(channels))];
  const norm = { batch, channels, height, width };
  const weight = randomWeight(shape, 5);
  const outputGradient = randomArray(outputLength(shape), 6);
  const fresh = convInputGradientReference(shape, outputGradient, weight);
  const earlier = randomArray(inputLength(shape), 7);

  // Every shape and every case with and without earlier gradients, in turn: both at each would compile twice as much.
  const cases = CASES.map((one, i) => ({ ...one, accumulate: (at + i) % 2 === 1 }));
  it.each(cases)('$activation, told $told, accumulating: $accumulate', async (one) => {
    const { activation, told, accumulate } = one;
    const options = { activation, subsamplePad: null };
    const output = pointwiseReference(norm, options, x, { gamma, beta, mean, rstd }, null);
    const from = told === 'by computing it' ? { affine } : { activated: Float32Array.from(output) };
    const whole = accumulate ? fresh.map((value, i) => value + (earlier[i] ?? 0)) : fresh;
    const expected = batchNormGradientReference(norm, activation, whole, output, x, {
      gamma,
      mean,
      rstd,
    });
    for (const tile of tilesToTest(shape, convInputGradientTiles, await testDevice())) {
      const count = tileSumsPerChannel(shape, tile);
      const tileSums = unwritten(2 * channels * count);
      const inputGradient = accumulate ? earlier.slice() : unwritten(inputLength(shape));
      const [gammaGradient, betaGradient] = [unwritten(channels), unwritten(channels)];
      const reduction = { x, mean, rstd, activation, from, tileSums };
      await runKernels(
        convInputGradient(
          shape,
          { outputGradient, weight, inputGradient },
          { accumulate, reduction },
          tile,
        ),
        combineSums({ channels, count }, { sums: tileSums, gammaGradient, betaGradient }),
      );
      expect(relativeError(inputGradient, expected.gradient)).toBeLessThan(2e-6);
      expect(relativeError(betaGradient, expected.beta)).toBeLessThan(3e-6);
      expect(relativeError(gammaGradient, expected.gamma)).toBeLessThan(3e-6);
    }
  });
});
