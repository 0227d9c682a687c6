/**
 * The flat parameter buffer, cut into chunks of one workgroup each. Weights, gradients and momentum are buffers of the
 * same layout, tensor after tensor, each padded to a multiple of 4; a chunk lies within one tensor.
 */

/** Most elements of a chunk. */
const CHUNK_LENGTH = 1024;
export const CHUNK_LANES = 64;
/** u32 per chunk: a vec2u. */
export const CHUNK_WORDS = 2;

/** In floats, both multiples of 4. */
export interface Chunk {
  /** Where the chunk begins in the flat buffers. */
  readonly offset: number;
  /** At most `CHUNK_LENGTH`. */
  readonly length: number;
}

/** The chunks of a tensor of `length` floats that lies at `offset` in the flat buffers. */
export function chunksOf(length: number, offset: number): Chunk[] {
  return Array.from({ length: Math.ceil(length / CHUNK_LENGTH) }, (_, i) => {
    const start = i * CHUNK_LENGTH;
    return { offset: offset + start, length: Math.min(CHUNK_LENGTH, length - start) };
  });
}

/**
 * The chunk table: (offset, length) per chunk.
 * @throws RangeError when a chunk is too long or not aligned.
 */
export function packChunks(chunks: readonly Chunk[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(chunks.length * CHUNK_WORDS);
  chunks.forEach((chunk, i) => {
    const { offset, length } = chunk;
    if (offset % 4 !== 0 || length % 4 !== 0 || length > CHUNK_LENGTH) {
      throw new RangeError(`chunk ${i} is malformed: ${JSON.stringify(chunk)}`);
    }
    table.set([offset, length], i * CHUNK_WORDS);
  });
  return table;
}
