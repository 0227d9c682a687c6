import { describe, expect, it } from 'vitest';
import { unwritten } from '../../testing/numeric.ts';
import { randomArray, relativeError, runKernels, testDevice } from '../../testing/runKernel.ts';
import { batchNormStatisticsReference } from '../batchNormStatistics/batchNormStatistics.reference.ts';
import { convForward, momentsLength, momentsTile } from '../convForward/convForward.ts';
import { outHeight, outWidth } from '../convForward/shape.ts';
import {
  FUSION_SHAPES,
  inputLength,
  outputLength,
  randomWeight,
  tilesToTest,
} from '../convForward/testShapes.ts';
import { convForwardTiles } from '../convForward/tiles.ts';
import { padTo4 } from '../kernel.ts';
import { combineMoments } from './combineMoments.ts';

describe.each(FUSION_SHAPES)('statistics of a convolution’s output, %s', (_, shape) => {
  const { batch, outChannels: channels } = shape;
  const norm = { batch, channels, height: outHeight(shape), width: outWidth(shape) };
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
});
