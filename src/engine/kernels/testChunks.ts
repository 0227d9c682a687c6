import { CHUNK_LENGTH, type Chunk } from './chunks.ts';

/** Padded lengths of tensors and the splits of their gradients: long, odd, short, in place and with a gap behind. */
const TENSORS = [
  { length: 2308, splits: 3 },
  { length: 1024, splits: 1 },
  { length: 4, splits: 0 },
  { length: 1036, splits: 0 },
  { length: 12, splits: 7 },
  { length: 260, splits: 2 },
] as const;

/** Between tensors: elements of no chunk, as under a cut shortcut. */
export const GAP = 8;

/** Chunks of a few tensors that lie `GAP` apart, and the lengths of the buffers that hold them. */
export function testChunks(): {
  chunks: Chunk[];
  /** Index of the first chunk of each tensor. */
  firstChunks: number[];
  flatLength: number;
  partialsLength: number;
} {
  const chunks: Chunk[] = [];
  const firstChunks: number[] = [];
  let flatLength = 0;
  let partialsLength = 0;
  for (const { length, splits } of TENSORS) {
    firstChunks.push(chunks.length);
    for (let start = 0; start < length; start += CHUNK_LENGTH) {
      chunks.push({
        offset: flatLength + start,
        length: Math.min(CHUNK_LENGTH, length - start),
        partialOffset: partialsLength + start,
        splits,
        splitStride: length,
      });
    }
    flatLength += length + GAP;
    partialsLength += length * splits;
  }
  return { chunks, firstChunks, flatLength, partialsLength };
}
