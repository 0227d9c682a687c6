import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { groupNormGradientReference, groupNormReference } from './groupNorm.reference.ts';
import {
  groupNorm,
  groupNormGradient,
  groupNormMoments,
  groupNormParameters,
  type GroupNormShape,
  groupNormSums,
} from './groupNorm.ts';

const EPSILON = 1e-3;

describe.each<GroupNormShape>([
  { batch: 20, channels: 8, height: 5, width: 3, groups: 4 },
  { batch: 1, channels: 6, height: 32, width: 32, groups: 2 },
  { batch: 5, channels: 3, height: 2, width: 2, groups: 3 },
  { batch: 2, channels: 6, height: 1, width: 1, groups: 1 },
])('group norm, $channels×$height×$width in $groups groups, batch $batch', (shape) => {
  const { batch, channels, groups } = shape;
  const length = channels * shape.height * shape.width * batch;
  const input = randomArray(length, 1).map((value) => value + 3);
  const [gamma, beta] = [randomArray(channels, 2), randomArray(channels, 3)];

  it.each([false, true])('normalises, and gives all gradients, added: %s', async (accumulate) => {
    const gradient = randomArray(length, 4);
    const earlier = randomArray(length, 5);
    const output = unwritten(length);
    const moments = unwritten(2 * groups * batch);
    const channelSums = unwritten(2 * channels * batch);
    const groupSums = unwritten(2 * groups * batch);
    const [gammaGradient, betaGradient] = [unwritten(channels), unwritten(channels)];
    const inputGradient = accumulate ? earlier.slice() : unwritten(length);
    const given = { gradient, input, gamma, moments };
    await runKernels(
      groupNormMoments<Data>(shape, EPSILON, { input, moments }),
      groupNorm<Data>(shape, { input, output, gamma, beta, moments }),
      groupNormSums<Data>(shape, { ...given, channelSums, groupSums }),
      groupNormParameters<Data>(shape, { channelSums, gammaGradient, betaGradient }),
      groupNormGradient<Data>(shape, accumulate, { ...given, groupSums, inputGradient }),
    );
    const expected = groupNormReference(shape, EPSILON, input, gamma, beta);
    expect(relativeError(output, expected, 1)).toBeLessThan(2e-6);
    const wanted = groupNormGradientReference(shape, EPSILON, gradient, input, gamma);
    const sums = wanted.inputGradient.map((g, i) => g + (accumulate ? (earlier[i] ?? 0) : 0));
    expect(relativeError(inputGradient, sums, 1)).toBeLessThan(5e-6);
    expect(relativeError(gammaGradient, wanted.gammaGradient, 1)).toBeLessThan(5e-6);
    expect(relativeError(betaGradient, wanted.betaGradient, 1)).toBeLessThan(5e-6);
  });
});
