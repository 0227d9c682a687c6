import { describe, expect, it } from 'vitest';
import { packChunks } from '../../../plan/chunks.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { sgdReference } from '../../../webgpu/kernels/sgd/sgd.reference.ts';
import { runCpuKernel } from '../../testing/runCpuKernel.ts';
import { sgd } from './sgd.ts';

/** The last does not decay and moves at half the rate. */
const chunksWith = (decay: number) => [
  { offset: 0, length: 8, decay },
  { offset: 12, length: 1024, decay },
  { offset: 1040, length: 4, rateFactor: 0.5 },
];

describe.each([
  { momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  { momentum: 0.8, nesterov: true, weightDecay: 0 },
  { momentum: 0, nesterov: false, weightDecay: 0.1 },
])('sgd with %o', (options) => {
  it('moves the chunks alone, and leaves their squares', () => {
    const { weightDecay, ...settings } = options;
    const chunks = chunksWith(weightDecay);
    const shape = { chunks: chunks.length, ...settings };
    const gradients = randomArray(1100, 1);
    const weights = randomArray(1100, 2);
    const momentum = randomArray(1100, 3);
    const state = {
      weights: Float64Array.from(weights),
      momentumBuffer: Float64Array.from(momentum),
    };
    const squares = new Float64Array(3 * chunks.length);
    const expected = sgdReference(shape, chunks, Math.fround(0.05), gradients, state);
    runCpuKernel(sgd(shape), {
      chunkTable: packChunks(chunks),
      gradients,
      weights,
      momentum,
      learningRate: Float32Array.of(0.05),
      squares: new Uint8Array(squares.buffer),
    });
    expect(relativeError(weights, state.weights)).toBeLessThan(1e-6);
    expect(relativeError(momentum, state.momentumBuffer)).toBeLessThan(1e-6);
    for (let i = 0; i < squares.length; i++) {
      const sum = expected[4 * Math.floor(i / 3) + (i % 3)] ?? Number.NaN;
      expect(Math.abs((squares[i] ?? 0) / sum - 1)).toBeLessThan(2e-6);
    }
  });
});
