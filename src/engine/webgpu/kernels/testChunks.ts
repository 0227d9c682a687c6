import { type Chunk, chunksOf } from './chunks.ts';

/** Padded lengths of tensors: of several chunks, of a whole one, short, and with a short last chunk. */
const LENGTHS = [2308, 1024, 4, 1036, 12, 260];

/** Between tensors: elements of no chunk, as under a cut shortcut. */
export const GAP = 8;

/** Chunks of a few tensors that lie `GAP` apart, and the length of the buffers that hold them. */
export function testChunks(): {
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
    chunks.push(...chunksOf(length, flatLength));
    flatLength += length + GAP;
  }
  return { chunks, firstChunks, flatLength };
}
