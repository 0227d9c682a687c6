import { expect, it } from 'vitest';
import { unwritten } from '../../testing/numeric.ts';
import { type Data, randomArray, runKernels } from '../../testing/runKernel.ts';
import { packChunks } from '../chunks.ts';
import { packStep } from '../step.ts';
import { sumPartials } from '../sumPartials/sumPartials.ts';
import { testChunks } from '../testChunks.ts';
import { gradientNormReference } from './gradientNorms.reference.ts';
import { gradientNorms } from './gradientNorms.ts';

const stepAt = (slot: number) =>
  new Uint32Array(packStep({ slot, step: 0, seed: 0, rows: 0, learningRate: 0 }));

it('takes the root of each segment into its column of the row, and touches no other', async () => {
  const segments = [
    { firstChunk: 0, chunkCount: 1, column: 4 },
    { firstChunk: 1, chunkCount: 200, column: 2 },
    { firstChunk: 201, chunkCount: 64, column: 3 },
    { firstChunk: 0, chunkCount: 0, column: 6 },
  ];
  const chunkSquares = randomArray(265, 1).map((value) => value ** 2);
  const metrics = unwritten(21);
  const segmentTable = new Uint32Array(
    segments.flatMap(({ firstChunk, chunkCount, column }) => [firstChunk, chunkCount, column, 0]),
  );
  const buffers = { segmentTable, chunkSquares, metrics, step: stepAt(1) };
  await runKernels(gradientNorms<Data>({ segments: segments.length, metricsRow: 7 }, buffers));
  for (const { firstChunk, chunkCount, column } of segments) {
    const expected = gradientNormReference(firstChunk, chunkCount, chunkSquares);
    expect(Math.abs((metrics[7 + column] ?? Number.NaN) - expected)).toBeLessThanOrEqual(
      1e-6 * expected,
    );
  }
  const written = new Set(segments.map(({ column }) => 7 + column));
  expect(metrics.every((value, i) => written.has(i) || Number.isNaN(value))).toBe(true);
});

it('gives the norm of each tensor behind sumPartials', async () => {
  const { chunks, firstChunks, flatLength } = testChunks();
  const inPlace = chunks.map((chunk) => ({ ...chunk, splits: 0 }));
  const gradients = randomArray(flatLength, 3);
  const chunkSquares = unwritten(chunks.length);
  const metrics = unwritten(firstChunks.length);
  const ends = [...firstChunks.slice(1), chunks.length];
  const segmentTable = new Uint32Array(
    firstChunks.flatMap((first, i) => [first, (ends[i] ?? 0) - first, i, 0]),
  );
  const chunkTable = packChunks(inPlace);
  const partials = new Float32Array(4);
  await runKernels(
    sumPartials<Data>({ chunks: chunks.length }, { chunkTable, partials, gradients, chunkSquares }),
    gradientNorms<Data>(
      { segments: firstChunks.length, metricsRow: firstChunks.length },
      { segmentTable, chunkSquares, metrics, step: stepAt(0) },
    ),
  );
  firstChunks.forEach((first, i) => {
    const tensor = chunks.slice(first, ends[i]);
    const norm = Math.hypot(
      ...tensor.flatMap(({ offset, length }) =>
        Array.from(gradients.subarray(offset, offset + length)),
      ),
    );
    expect((metrics[i] ?? Number.NaN) / norm).toBeCloseTo(1, 6);
  });
});
