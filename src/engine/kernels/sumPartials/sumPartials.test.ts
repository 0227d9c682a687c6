import { describe, expect, it } from 'vitest';
import { unwritten } from '../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../testing/runKernel.ts';
import { type Chunk, packChunks } from '../chunks.ts';
import { testChunks } from '../testChunks.ts';
import { sumPartialsReference } from './sumPartials.reference.ts';
import { sumPartials } from './sumPartials.ts';

async function run(chunks: readonly Chunk[], partials: Float32Array, gradients: Float32Array) {
  const chunkSquares = unwritten(chunks.length);
  const buffers = { chunkTable: packChunks(chunks), partials, gradients, chunkSquares };
  await runKernels(sumPartials<Data>({ chunks: chunks.length }, buffers));
  return chunkSquares;
}

describe('sumPartials', () => {
  it('sums splits, keeps gradients in place and what lies between, and squares', async () => {
    const { chunks, flatLength, partialsLength } = testChunks();
    const partials = randomArray(partialsLength, 1);
    const gradients = randomArray(flatLength, 2);
    const expected = sumPartialsReference(chunks, partials, gradients);
    const chunkSquares = await run(chunks, partials, gradients);
    expect(relativeError(gradients, expected.gradients)).toBeLessThan(3e-7);
    const ratios = chunkSquares.map((value, i) => value / (expected.chunkSquares[i] ?? 0));
    expect(relativeError(ratios, new Float64Array(chunks.length).fill(1))).toBeLessThan(1e-6);
  });

  it('gives the same bits every time', async () => {
    const { chunks, flatLength, partialsLength } = testChunks();
    const once = async () => {
      const gradients = new Float32Array(flatLength);
      return { squares: await run(chunks, randomArray(partialsLength, 1), gradients), gradients };
    };
    expect(await once()).toEqual(await once());
  });

  it('shows NaN and infinity in the chunk that holds them, and only there', async () => {
    const chunks = [0, 4, 8].map((offset) => ({
      offset,
      length: 4,
      partialOffset: 0,
      splits: 0,
      splitStride: 0,
    }));
    const gradients = Float32Array.of(1, 2, Number.NaN, 3, 1, 2, 3, 4, 0, 0, 0, -Infinity);
    const squares = await run(chunks, new Float32Array(4), gradients);
    expect(Array.from(squares)).toEqual([Number.NaN, 30, Number.POSITIVE_INFINITY]);
  });
});
