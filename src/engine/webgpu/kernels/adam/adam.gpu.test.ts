import { describe, expect, it } from 'vitest';
import { adamScales } from '../../../../model/optimizer.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packChunks } from '../../../plan/chunks.ts';
import { packStep } from '../step.ts';
import { testChunks } from '../testChunks.ts';
import { adamReference } from './adam.reference.ts';
import { adam } from './adam.ts';

describe('adam', () => {
  it.each([
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false },
    { beta1: 0.9, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.1, decoupled: false },
    { beta1: 0.8, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.5, decoupled: true },
    { beta1: 0, beta2: 0, epsilon: 0.1, weightDecay: 0.1, decoupled: false },
  ])('is PyTorch’s with %o', async ({ weightDecay, ...options }) => {
    const { chunks, flatLength } = testChunks(weightDecay);
    const shape = { ...options, chunks: chunks.length };
    const { beta1, beta2, epsilon } = options;
    const type = options.decoupled ? ('adamw' as const) : ('adam' as const);
    const optimizer = { type, beta2, epsilon, weightDecay, momentum: beta1, nesterov: false };
    const weights = randomArray(flatLength, 1);
    const momentumBuffer = new Float32Array(flatLength);
    const secondMoment = new Float32Array(flatLength);
    const squares = unwritten(4 * chunks.length);
    const before = weights.slice();
    const state = {
      weights: Float64Array.from(weights),
      momentumBuffer: Float64Array.from(momentumBuffer),
      secondMoment: Float64Array.from(secondMoment),
    };
    for (const [i, learningRate] of [0.1, 0.1, 0.01].entries()) {
      const gradients = randomArray(flatLength, 2 + i);
      const scales = adamScales(optimizer, learningRate, i + 1);
      const step = packStep({ slot: 0, step: i, seed: 0, rows: 0, learningRate, adam: scales });
      const buffers = {
        ...{ chunkTable: packChunks(chunks), gradients, weights, momentumBuffer, secondMoment },
        ...{ squares, step: new Uint32Array(step) },
      };
      await runKernels(adam<Data>(shape, buffers));
      const given = { ...scales, learningRate };
      const expected = adamReference(shape, chunks, given, gradients, state);
      const ratios = squares.map((value, j) => (j % 4 === 3 ? 1 : value / (expected[j] ?? 0)));
      expect(relativeError(ratios, new Float64Array(squares.length).fill(1))).toBeLessThan(1e-5);
    }
    expect(relativeError(weights, state.weights)).toBeLessThan(1e-6);
    expect(relativeError(momentumBuffer, state.momentumBuffer)).toBeLessThan(1e-6);
    expect(relativeError(secondMoment, state.secondMoment)).toBeLessThan(1e-6);
    const inChunk = new Set(
      chunks.flatMap(({ offset, length }) => Array.from({ length }, (_, i) => offset + i)),
    );
    const untouched = Array.from(before.keys()).filter((i) => !inChunk.has(i));
    expect(untouched.length).toBeGreaterThan(0);
    expect(untouched.every((i) => weights[i] === before[i])).toBe(true);
  });
});
