import { describe, expect, it } from 'vitest';
import { weightLength } from '../../plan/geometry.ts';
import { unwritten } from '../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../testing/runKernel.ts';
import { convForwardReference } from './convForward/convForward.reference.ts';
import { convForward } from './convForward/convForward.ts';
import {
  FUSION_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  tilesToTest,
} from './convForward/testShapes.ts';
import { convForwardTiles } from './convForward/tiles.ts';
import { convWeightGradientReference } from './convWeightGradient/convWeightGradient.reference.ts';
import {
  convWeightGradient,
  convWeightGradientCopies,
} from './convWeightGradient/convWeightGradient.ts';
import { imageLanesTile } from './convWeightGradient/imageLanes.ts';
import { testableTiles } from './convWeightGradient/testTiles.ts';
import { betaOffset } from './normalize.ts';
import { pointwiseReference } from './pointwise/pointwise.reference.ts';

describe.each(FUSION_SHAPES)('BatchNorm and activation in the loads, %s', (_, shape) => {
  const { batch, inChannels: channels, inHeight: height, inWidth: width } = shape;
  const x = randomArray(inputLength(shape), 1);
  const affine = randomArray(betaOffset(channels) + channels, 2);
  const mean = randomArray(channels, 3);
  const rstd = randomArray(channels, 4).map((value) => 1.5 + value);
  const [gamma, beta] = [affine.subarray(0, channels), affine.subarray(betaOffset(channels))];
  const loaded = (activation: 'none' | 'relu') =>
    pointwiseReference(
      { batch, channels, height, width },
      { activation, subsamplePad: null },
      x,
      { gamma, beta, mean, rstd },
      null,
    );

  it.each(['none', 'relu'] as const)('forward, %s', async (activation) => {
    const weight = randomWeight(shape, 5);
    const expected = convForwardReference(shape, loaded(activation), weight, null);
    for (const tile of tilesToTest(shape, convForwardTiles, await testDevice())) {
      const output = unwritten(outputLength(shape));
      const norm = { affine, mean, rstd, activation };
      const bindings = { input: x, weight, bias: null, output };
      await runKernels(convForward(shape, bindings, tile, { norm }));
      expect(relativeError(output, expected)).toBeLessThan(2e-6);
    }
  });

  it.each(['none', 'relu'] as const)('weight gradient, %s', async (activation) => {
    const outputGradient = randomArray(outputLength(shape), 6);
    const expected = convWeightGradientReference(shape, loaded(activation), outputGradient);
    for (const tile of [
      ...tilesToTest(shape, testableTiles, await testDevice()),
      { ...imageLanesTile(shape), joined: true, splits: 1 },
    ]) {
      const length = weightLength(shape);
      const partials = unwritten(convWeightGradientCopies(shape, tile) * length);
      const norm = { affine, mean, rstd, activation };
      await runKernels(
        convWeightGradient(shape, { input: x, outputGradient, partials }, tile, norm),
      );
      const sums = new Float64Array(length);
      partials.forEach((part, i) => {
        sums[i % length] = (sums[i % length] ?? 0) + part;
      });
      expect(relativeError(sums, expected)).toBeLessThan(2e-6);
    }
  });
});
