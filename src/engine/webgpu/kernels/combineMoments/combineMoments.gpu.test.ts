import { describe, expect, it } from 'vitest';
import { outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../../testing/runKernel.ts';
import { batchNormStatisticsReference } from '../batchNormStatistics/batchNormStatistics.reference.ts';
import { convForward, momentsLength, momentsTile } from '../convForward/convForward.ts';
import { plainTile } from '../convForward/direct.ts';
import {
  FUSION_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  tilesToTest,
} from '../convForward/testShapes.ts';
import { convForwardTiles } from '../convForward/tiles.ts';
import { betaOffset } from '../normalize.ts';
import { pointwiseReference } from '../pointwise/pointwise.reference.ts';
import { pointwise } from '../pointwise/pointwise.ts';
import { combineMoments } from './combineMoments.ts';

describe.each(FUSION_SHAPES)('statistics of a convolution’s output, %s', (_, shape) => {
  const { batch, outChannels: channels } = shape;
  const norm = {
    ...{ batch, channels, height: outHeight(shape), width: outWidth(shape) },
    epsilon: 1e-3,
  };
  const input = randomArray(inputLength(shape), 1);
  const weight = randomWeight(shape, 2);

  it.each([0, 100])('about a mean of %d', async (center) => {
    const bias = randomArray(padTo4(channels), 3).map((value) => value + center);
    for (const tile of tilesToTest(shape, convForwardTiles, await testDevice())) {
      const output = unwritten(outputLength(shape));
      const moments = unwritten(momentsLength(shape, tile));
      const [mean, rstd] = [unwritten(channels), unwritten(channels)];
      const runningMean = randomArray(channels, 4);
      const runningVar = randomArray(channels, 5).map(Math.abs);
      const running = {
        mean: Float64Array.from(runningMean),
        variance: Float64Array.from(runningVar),
      };
      const statistics = { mean, rstd, runningMean, runningVar };
      await runKernels(
        convForward(shape, { input, weight, bias, output }, tile, { moments }),
        combineMoments(norm, momentsTile(tile), { moments, ...statistics }),
      );
      const expected = batchNormStatisticsReference(norm, output, running);
      // The outputs themselves are rounded: about a mean of 100 their squares are known to 1e-5.
      const tolerance = center === 0 ? 2e-6 : 3e-5;
      expect(relativeError(mean, expected.mean)).toBeLessThan(2e-6);
      expect(relativeError(rstd, expected.rstd)).toBeLessThan(tolerance);
      expect(relativeError(runningMean, running.mean)).toBeLessThan(2e-6);
      expect(relativeError(runningVar, running.variance)).toBeLessThan(tolerance);
    }
  });

  it('by the kernel that normalises', async () => {
    const bias = randomArray(padTo4(channels), 3);
    const tile = plainTile(shape);
    const output = unwritten(outputLength(shape));
    const moments = unwritten(momentsLength(shape, tile));
    const secondOffset = 64;
    const statistics = unwritten(secondOffset + channels);
    const running = randomArray(secondOffset + channels, 4).map(Math.abs);
    const affine = randomArray(betaOffset(channels) + channels, 5);
    const normalized = unwritten(outputLength(shape));
    const known = {
      mean: Float64Array.from(running.subarray(0, channels)),
      variance: Float64Array.from(running.subarray(secondOffset)),
    };
    const { epsilon } = norm;
    const fresh = {
      epsilon,
      moments,
      tile: momentsTile(tile),
      affine,
      statistics,
      running,
      secondOffset,
    };
    const options = { activation: 'relu', subsamplePad: null } as const;
    const bindings = { input: output, output: normalized, norm: fresh, shortcut: null };
    await runKernels(
      convForward(shape, { input, weight, bias, output }, tile, { moments }),
      pointwise<Float32Array>(norm, options, bindings),
    );
    const expected = batchNormStatisticsReference(norm, output, known);
    expect(relativeError(statistics.subarray(0, channels), expected.mean)).toBeLessThan(2e-6);
    expect(relativeError(statistics.subarray(secondOffset), expected.rstd)).toBeLessThan(2e-6);
    expect(relativeError(running.subarray(0, channels), known.mean)).toBeLessThan(2e-6);
    expect(relativeError(running.subarray(secondOffset), known.variance)).toBeLessThan(2e-6);
    const [gamma, beta] = [affine.subarray(0, channels), affine.subarray(betaOffset(channels))];
    const truth = pointwiseReference(norm, options, output, { gamma, beta, ...expected }, null);
    expect(relativeError(normalized, truth)).toBeLessThan(3e-6);
  });
});
