import { describe, expect, it } from 'vitest';
import { isAlive } from '../../../../model/branchScale.ts';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packStep } from '../step.ts';
import { scaleReference } from './scale.reference.ts';
import { type ScaleShape, scale, scaleGradient, scaleWeightGradient } from './scale.ts';

const ALIVE = { survival: 0.5, stream: 0xfedcba98 };
const stepOf = (step: number) =>
  new Uint32Array(packStep({ slot: 0, step, seed: 7, rows: 5, learningRate: 0 }));
const STEPS = [0, 1, 2, 3, 4_000_000_000];

describe.each([
  { weight: 'none', by: { factor: 0.5, alive: null } },
  { weight: 'single', by: { factor: 1, alive: null } },
  { weight: 'perChannel', by: { factor: 1, alive: ALIVE } },
  { weight: 'none', by: { factor: 0.25, alive: ALIVE } },
] as const)('scale, weight: $weight, $by', ({ weight, by }) => {
  const shape: ScaleShape = { batch: 5, channels: 3, height: 7, width: 9, weight, by };
  const length = 5 * 3 * 7 * 9;
  const input = randomArray(length, 1);
  const outputGradient = randomArray(length, 2);
  const weights = { none: null, single: randomArray(1, 3), perChannel: randomArray(3, 3) }[weight];
  const factorIn = (step: number) =>
    by.alive === null || isAlive(by.alive, 7, step) ? by.factor : 0;
  const loss = (factor: number, w: ArrayLike<number> | null, x: ArrayLike<number>) =>
    dot(scaleReference(shape, factor, w, x), outputGradient);

  it('multiplies in both directions, by nothing in the steps that drop it', async () => {
    for (const step of STEPS) {
      const factor = factorIn(step);
      const output = unwritten(length);
      const inputGradient = unwritten(length);
      const rest = { weight: weights ?? new Float32Array(1), step: stepOf(step) };
      await runKernels(
        scale<Data>(shape, { input, output, ...rest }),
        scaleGradient<Data>(shape, { input: outputGradient, output: inputGradient, ...rest }),
      );
      const expected = scaleReference(shape, factor, weights, input);
      expect(relativeError(output, expected, 1e-3)).toBeLessThan(1e-6);
      const numeric = centralDifferences(input, (x) => loss(factor, weights, x));
      expect(relativeError(inputGradient, numeric, 1e-3)).toBeLessThan(1e-6);
    }
    if (by.alive !== null) expect(new Set(STEPS.map(factorIn))).toEqual(new Set([0, by.factor]));
  });

  it('gives the weight’s gradient, channel by channel', async () => {
    for (const step of STEPS) {
      const sums = unwritten(4);
      const tensors = { input, outputGradient, sums, step: stepOf(step) };
      await runKernels(scaleWeightGradient<Data>(shape, tensors));
      const numeric = centralDifferences(new Float64Array(3), (w) =>
        loss(factorIn(step), w, input),
      );
      expect(relativeError(sums.subarray(0, 3), numeric, 1)).toBeLessThan(1e-6);
      expect(sums[3]).toBeNaN();
    }
  });
});
