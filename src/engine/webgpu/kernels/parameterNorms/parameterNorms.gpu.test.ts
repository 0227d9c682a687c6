import { expect, it } from 'vitest';
import { overflowIn } from '../../../plan/overflow.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, runKernels } from '../../../testing/runKernel.ts';
import { packChunks } from '../../../plan/chunks.ts';
import { sgd } from '../sgd/sgd.ts';
import { packStep } from '../step.ts';
import { testChunks } from '../testChunks.ts';
import { parameterNormsReference } from './parameterNorms.reference.ts';
import { parameterNorms } from './parameterNorms.ts';

const NO_STATISTICS = { statistics: 0, overflowColumn: 19 };

const stepAt = (slot: number, learningRate = 0) =>
  new Uint32Array(packStep({ slot, step: 0, seed: 0, rows: 0, learningRate }));

it('takes the roots of each segment into its columns of the row, and touches no other', async () => {
  const segments = [
    { firstChunk: 0, chunkCount: 1, column: 4 },
    { firstChunk: 1, chunkCount: 200, column: 2 },
    { firstChunk: 201, chunkCount: 64, column: 3 },
    { firstChunk: 0, chunkCount: 0, column: 6 },
  ];
  const shape = { ...NO_STATISTICS, segments: segments.length, parameters: 5, metricsRow: 20 };
  const squares = randomArray(4 * 265, 1).map((value) => value ** 2);
  const metrics = unwritten(3 * 20);
  const segmentTable = new Uint32Array(
    segments.flatMap(({ firstChunk, chunkCount, column }) => [firstChunk, chunkCount, column, 0]),
  );
  const buffers = { segmentTable, squares, running: new Float32Array(1), metrics, step: stepAt(1) };
  await runKernels(parameterNorms<Data>(shape, buffers));
  const written = new Set<number>([20 + shape.overflowColumn]);
  expect(metrics[20 + shape.overflowColumn]).toBe(-1);
  for (const { firstChunk, chunkCount, column } of segments) {
    const norms = parameterNormsReference(firstChunk, chunkCount, squares);
    norms.forEach((norm, kind) => {
      const index = 20 + column + 5 * kind;
      expect(Math.abs((metrics[index] ?? Number.NaN) - norm)).toBeLessThanOrEqual(1e-6 * norm);
      written.add(index);
    });
  }
  expect(metrics.every((value, i) => written.has(i) || Number.isNaN(value))).toBe(true);
});

it('gives the norms of each tensor behind sgd', async () => {
  const { chunks, firstChunks, flatLength } = testChunks();
  const gradients = randomArray(flatLength, 3);
  const weights = randomArray(flatLength, 4);
  const before = weights.slice();
  const squares = unwritten(4 * chunks.length);
  const parameters = firstChunks.length;
  const metrics = unwritten(3 * parameters + 1);
  const ends = [...firstChunks.slice(1), chunks.length];
  const segmentTable = new Uint32Array(
    firstChunks.flatMap((first, i) => [first, (ends[i] ?? 0) - first, i, 0]),
  );
  const chunkTable = packChunks(chunks);
  const momentumBuffer = new Float32Array(flatLength);
  const step = stepAt(0, 0.5);
  const optimizer = { momentum: 0, nesterov: false };
  await runKernels(
    sgd<Data>(
      { chunks: chunks.length, ...optimizer },
      { chunkTable, gradients, weights, momentumBuffer, squares, step },
    ),
    parameterNorms<Data>(
      {
        statistics: 0,
        overflowColumn: 3 * parameters,
        segments: parameters,
        parameters,
        metricsRow: 0,
      },
      { segmentTable, squares, running: new Float32Array(1), metrics, step },
    ),
  );
  firstChunks.forEach((first, i) => {
    const norm = (values: Float32Array) => {
      const parts = chunks
        .slice(first, ends[i])
        .map(({ offset, length }) => values.subarray(offset, offset + length));
      return Math.hypot(...parts.flatMap((part) => [...part]));
    };
    expect((metrics[i] ?? Number.NaN) / norm(gradients)).toBeCloseTo(1, 6);
    expect((metrics[parameters + i] ?? Number.NaN) / norm(before)).toBeCloseTo(1, 6);
    const moved = before.map((value, j) => value - (weights[j] ?? Number.NaN));
    expect((metrics[2 * parameters + i] ?? Number.NaN) / norm(moved)).toBeCloseTo(1, 6);
  });
});

it.each([
  ['none', [], -1],
  ['a mean', [[70, Number.NaN]], 70],
  ['a variance', [[100 + 3, Infinity]], 3],
  [
    'the first of several',
    [
      [99, 1e28],
      [100 + 64, 4e28],
      [65, -Infinity],
    ],
    64,
  ],
] as const)('finds which running statistic has overflowed: %s', async (_, values, expected) => {
  const running = new Float32Array(200).fill(9e27);
  for (const [at, value] of values) running[at] = value;
  const metrics = unwritten(1);
  const shape = { segments: 0, parameters: 0, statistics: 100, overflowColumn: 0, metricsRow: 1 };
  const tables = { segmentTable: new Uint32Array(4), squares: new Float32Array(4) };
  await runKernels(parameterNorms<Data>(shape, { ...tables, running, metrics, step: stepAt(0) }));
  expect([metrics[0], overflowIn(running)]).toEqual([expected, expected]);
});
