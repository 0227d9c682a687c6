import { type Chunk, chunksOf } from '../../plan/chunks.ts';

/** Padded lengths of tensors: of several chunks, of a whole one, short, and with a short last chunk. */
const LENGTHS = [2308, 1024, 4, 1036, 12, 260];

/** Between tensors: elements of no chunk, as under a cut shortcut. */
export const GAP = 8;

/**
 * Chunks of a few tensors that lie `GAP` apart, every other one without decay at half the rate, and the length of the buffers that hold them.
 */
export function testChunks(decay = 0): {
  chunks: Chunk[];
  /** Index of the first chunk of each tensor. */
  firstChunks: number[];
  flatLength: number;
} {
  const chunks: Chunk[] = [];
  const firstChunks: number[] = [];
  let flatLength = 0;
  for (const length of LENGTHS) {
    firstChunks.push(chunks.length);
    const how = firstChunks.length % 2 === 1 ? { decay } : { rateFactor: 0.5 };
    chunks.push(...chunksOf({ offset: flatLength, length, ...how }));
    flatLength += length + GAP;
  }
  return { chunks, firstChunks, flatLength };
}
