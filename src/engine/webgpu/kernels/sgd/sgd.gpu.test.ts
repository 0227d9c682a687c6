import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packChunks } from '../../../plan/chunks.ts';
import { packStep } from '../step.ts';
import { testChunks } from '../testChunks.ts';
import { sgdReference } from './sgd.reference.ts';
import { sgd } from './sgd.ts';

const stepWith = (learningRate: number) =>
  new Uint32Array(packStep({ slot: 0, step: 0, seed: 0, rows: 0, learningRate }));

describe('sgd', () => {
  it.each([
    { momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    { momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
    { momentum: 0, nesterov: false, weightDecay: 0 },
    { momentum: 0.5, nesterov: true, weightDecay: 0 },
    { momentum: 0.9, nesterov: false, weightDecay: 0.1 },
  ])('$momentum, nesterov $nesterov, decay $weightDecay', async ({ weightDecay, ...options }) => {
    const { chunks, flatLength } = testChunks(weightDecay);
    const shape = { ...options, chunks: chunks.length };
    const chunkTable = packChunks(chunks);
    const weights = randomArray(flatLength, 1);
    const momentumBuffer = new Float32Array(flatLength);
    const squares = unwritten(4 * chunks.length);
    const before = weights.slice();
    const state = {
      weights: Float64Array.from(weights),
      momentumBuffer: Float64Array.from(momentumBuffer),
    };
    for (const [i, learningRate] of [0.1, 0.1, 0.01].entries()) {
      const gradients = randomArray(flatLength, 2 + i);
      const buffers = {
        chunkTable,
        gradients,
        weights,
        momentumBuffer,
        squares,
        step: stepWith(learningRate),
      };
      await runKernels(sgd<Data>(shape, buffers));
      const expected = sgdReference(shape, chunks, learningRate, gradients, state);
      const ratios = squares.map((value, j) => (j % 4 === 3 ? 1 : value / (expected[j] ?? 0)));
      expect(relativeError(ratios, new Float64Array(squares.length).fill(1))).toBeLessThan(3e-6);
    }
    expect(relativeError(weights, state.weights)).toBeLessThan(3e-7);
    expect(relativeError(momentumBuffer, state.momentumBuffer)).toBeLessThan(3e-7);

    const inChunk = new Set(
      chunks.flatMap(({ offset, length }) => Array.from({ length }, (_, i) => offset + i)),
    );
    const untouched = Array.from(before.keys()).filter((i) => !inChunk.has(i));
    expect(untouched.length).toBeGreaterThan(0);
    expect(untouched.every((i) => weights[i] === before[i])).toBe(true);
  });

  it('is the arithmetic of PyTorch', async () => {
    // torch: w=[1]; SGD(lr=0.1, momentum=0.9, weight_decay=0.5); grad 2, then 1.
    const shape = { chunks: 1, momentum: 0.9, nesterov: false };
    const chunkTable = packChunks([{ offset: 0, length: 4, decay: 0.5 }]);
    const weights = Float32Array.of(1, 0, 0, 0);
    const momentumBuffer = new Float32Array(4);
    const squares = new Float32Array(4);
    for (const gradient of [2, 1]) {
      const gradients = Float32Array.of(gradient, 0, 0, 0);
      const step = stepWith(0.1);
      const buffers = { chunkTable, gradients, weights, momentumBuffer, squares, step };
      await runKernels(sgd<Data>(shape, buffers));
    }
    // v: 2.5, then 0.9 · 2.5 + 1 + 0.5 · 0.75 = 3.625.
    expect(momentumBuffer[0]).toBeCloseTo(3.625, 6);
    expect(weights[0]).toBeCloseTo(0.75 - 0.3625, 6);
    expect(Array.from(weights.subarray(1))).toEqual([0, 0, 0]);
    // The second step's gradient was 1; it began at 0.75 and took 0.3625 away.
    expect(squares[0]).toBeCloseTo(1, 6);
    expect(squares[1]).toBeCloseTo(0.75 ** 2, 6);
    expect(squares[2]).toBeCloseTo(0.3625 ** 2, 6);
  });

  it('shows a NaN and an infinite gradient in the chunk that holds them, and only there', async () => {
    const shape = { chunks: 3, momentum: 0.9, nesterov: false };
    const chunkTable = packChunks([0, 4, 8].map((offset) => ({ offset, length: 4 })));
    const gradients = Float32Array.of(1, 2, Number.NaN, 3, 1, 2, 3, 4, 0, 0, 0, -Infinity);
    const [weights, momentumBuffer] = [new Float32Array(12), new Float32Array(12)];
    const squares = unwritten(12);
    const step = stepWith(0.1);
    const buffers = { chunkTable, gradients, weights, momentumBuffer, squares, step };
    await runKernels(sgd<Data>(shape, buffers));
    expect([squares[0], squares[4], squares[8]]).toEqual([Number.NaN, 30, Infinity]);
  });
});
