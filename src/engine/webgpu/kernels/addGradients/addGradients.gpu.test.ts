import { expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packChunks } from '../../../plan/chunks.ts';
import { testChunks } from '../testChunks.ts';
import { addGradientsReference } from './addGradients.reference.ts';
import { addGradients } from './addGradients.ts';

it('starts with the first micro-batch, whatever was there, and adds the others', async () => {
  const { chunks, flatLength } = testChunks();
  const chunkTable = packChunks(chunks);
  const sums = unwritten(flatLength);
  const expectedSums = new Float64Array(flatLength).fill(Number.NaN);
  for (const [i, first] of [true, false, false].entries()) {
    const gradients = randomArray(flatLength, 1 + i);
    addGradientsReference(chunks, first, gradients, expectedSums);
    const buffers = { chunkTable, gradients, sums };
    await runKernels(addGradients<Data>({ chunks: chunks.length, first }, buffers));
  }
  const inChunk = new Set(
    chunks.flatMap(({ offset, length }) => Array.from({ length }, (_, i) => offset + i)),
  );
  const written = [...inChunk];
  expect(
    relativeError(
      Float32Array.from(written, (i) => sums[i] ?? 0),
      Float64Array.from(written, (i) => expectedSums[i] ?? 0),
    ),
  ).toBeLessThan(3e-7);
  expect(sums.every((value, i) => inChunk.has(i) || Number.isNaN(value))).toBe(true);
});
