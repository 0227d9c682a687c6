import { describe, expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  groupNormGradientReference,
  groupNormReference,
} from '../../../webgpu/kernels/groupNorm/groupNorm.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import {
  ARITHMETICS,
  dropSurplus,
  padImages,
  runCpuKernel,
  surplusOf,
} from '../../testing/runCpuKernel.ts';
import { groupNorm, groupNormGradient, groupNormSums } from './groupNorm.ts';

const EPSILON = 1e-3;
const SHAPES = [
  ...PLANES.map(([name, plane]) => [name, { ...plane, groups: plane.channels }] as const),
  ['all channels at once', { batch: 19, channels: 6, height: 2, width: 3, groups: 1 }],
  ['groups of two, five vectors', { batch: 20, channels: 8, height: 3, width: 2, groups: 4 }],
] as const;

describe.each(SHAPES)('group norm, %s', (_name, shape) => {
  const { batch, channels, groups } = shape;
  const length = lengthOf(shape);
  // Off 0, so that a mean left in the variance would show.
  const x = randomArray(length, 1).map((value) => value + 3);
  const [gamma, beta] = [randomArray(channels, 2), randomArray(channels, 3)];
  const rows = (count: number) => unwritten(count * 4 * Math.ceil(batch / 4));

  const forward = (arithmetic: 'exact' | 'fast' = 'exact') => {
    const moments = rows(2 * groups);
    const output = padImages(x, batch, Number.NaN);
    const tensors = { input: padImages(x, batch, 0), output, gamma, beta, moments };
    runCpuKernel(groupNorm(shape, EPSILON, arithmetic), tensors);
    return { output, moments };
  };

  it.each(ARITHMETICS)('normalises each image by itself, %s', (arithmetic) => {
    const { output } = forward(arithmetic);
    const expected = groupNormReference(shape, EPSILON, x, gamma, beta);
    expect(relativeError(dropSurplus(output, batch), expected, 1)).toBeLessThan(2e-6);
    expect(surplusOf(output, batch).every(Number.isFinite)).toBe(true);
  });

  it.each([false, true])('gives all gradients, added: %s', (accumulate) => {
    const outputGradient = randomArray(length, 4);
    const earlier = randomArray(length, 5);
    const expected = groupNormGradientReference(shape, EPSILON, outputGradient, x, gamma);
    const { moments } = forward();
    const common = {
      gradient: padImages(outputGradient, batch, 0),
      input: padImages(x, batch, 0.5),
      moments,
    };
    const sums = rows(2 * channels);
    const [gammaGradient, betaGradient] = [unwritten(channels), unwritten(channels)];
    runCpuKernel(groupNormSums(shape), { ...common, sums, gammaGradient, betaGradient });
    const inputGradient = padImages(accumulate ? earlier : x, batch, 0);
    runCpuKernel(groupNormGradient(shape, accumulate), { ...common, sums, gamma, inputGradient });

    const wanted = expected.inputGradient.map((g, i) => g + (accumulate ? (earlier[i] ?? 0) : 0));
    // One value alone normalises to 0 whatever it is: what is left is rounding, times up to 1/√ε.
    const floor = shape.height * shape.width * channels === groups ? 1e2 : 1;
    expect(relativeError(dropSurplus(inputGradient, batch), wanted, floor)).toBeLessThan(5e-6);
    expect(relativeError(gammaGradient, expected.gammaGradient, 1)).toBeLessThan(5e-6);
    expect(relativeError(betaGradient, expected.betaGradient, 1)).toBeLessThan(5e-6);
    expect(surplusOf(inputGradient, batch).every((value) => value === 0)).toBe(true);
  });

  it('has the gradients that its reference says', () => {
    if (length > 600) return;
    const outputGradient = randomArray(length, 4);
    const expected = groupNormGradientReference(shape, EPSILON, outputGradient, x, gamma);
    const loss = (input: ArrayLike<number>, scale: ArrayLike<number>, shift: ArrayLike<number>) =>
      dot(groupNormReference(shape, EPSILON, input, scale, shift), outputGradient);
    const numeric = {
      inputGradient: centralDifferences(x, (values) => loss(values, gamma, beta)),
      gammaGradient: centralDifferences(gamma, (values) => loss(x, values, beta)),
      betaGradient: centralDifferences(beta, (values) => loss(x, gamma, values)),
    };
    for (const name of ['inputGradient', 'gammaGradient', 'betaGradient'] as const) {
      expect(relativeError(expected[name], numeric[name], 1)).toBeLessThan(1e-6);
    }
  });
});
