import { describe, expect, it } from 'vitest';
import { adamScales } from '../../../../model/optimizer.ts';
import { packChunks } from '../../../plan/chunks.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { adamReference } from '../../../webgpu/kernels/adam/adam.reference.ts';
import { runCpuKernel } from '../../testing/runCpuKernel.ts';
import { adam } from './adam.ts';

/** The last does not decay and moves at half the rate. */
const chunksWith = (decay: number) => [
  { offset: 0, length: 8, decay },
  { offset: 12, length: 1024, decay },
  { offset: 1040, length: 4, rateFactor: 0.5 },
];

describe.each([
  { type: 'adam', momentum: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  { type: 'adam', momentum: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1 },
  { type: 'adamw', momentum: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.5 },
  { type: 'adam', momentum: 0, beta2: 0, epsilon: 0.1, weightDecay: 0.1 },
] as const)('adam with %o', ({ weightDecay, ...settings }) => {
  it('moves the chunks alone, and leaves their squares', () => {
    const { type, momentum: beta1, beta2, epsilon } = settings;
    const chunks = chunksWith(weightDecay);
    const shape = { chunks: chunks.length, beta1, beta2, epsilon, decoupled: type === 'adamw' };
    const weights = randomArray(1100, 2);
    const momentum = new Float32Array(1100);
    const secondMoment = new Float32Array(1100);
    const state = {
      weights: Float64Array.from(weights),
      momentumBuffer: Float64Array.from(momentum),
      secondMoment: Float64Array.from(secondMoment),
    };
    const learningRate = Math.fround(0.05);
    for (const t of [1, 2, 3]) {
      const gradients = randomArray(1100, 10 + t);
      const optimizer = { ...settings, weightDecay, nesterov: false };
      const scales = adamScales(optimizer, learningRate, t);
      const squares = new Float64Array(3 * chunks.length);
      const given = { ...scales, learningRate };
      const expected = adamReference(shape, chunks, given, gradients, state);
      runCpuKernel(adam(shape), {
        chunkTable: packChunks(chunks),
        ...{ gradients, weights, momentum, secondMoment },
        learningRate: Float32Array.of(learningRate, scales.stepSize, scales.secondRoot),
        squares: new Uint8Array(squares.buffer),
      });
      for (let i = 0; i < squares.length; i++) {
        const sum = expected[4 * Math.floor(i / 3) + (i % 3)] ?? Number.NaN;
        expect(Math.abs((squares[i] ?? 0) / sum - 1)).toBeLessThan(5e-6);
      }
    }
    expect(relativeError(weights, state.weights)).toBeLessThan(1e-6);
    expect(relativeError(momentum, state.momentumBuffer)).toBeLessThan(1e-6);
    expect(relativeError(secondMoment, state.secondMoment)).toBeLessThan(1e-6);
  });
});
