/**
 * The flat parameter buffer in pieces that one workgroup works through. Weights, gradients and momentum lie tensor after
 * tensor in buffers of one layout, each tensor padded to a multiple of 4; a chunk lies within one tensor.
 */

/** Most elements of a chunk. */
export const CHUNK_LENGTH = 1024;
export const CHUNK_LANES = 64;
/** u32 per chunk: two vec4u. */
export const CHUNK_WORDS = 8;

/** All in floats and multiples of 4. */
export interface Chunk {
  /** Where the chunk begins in the flat buffers. */
  readonly offset: number;
  /** At most `CHUNK_LENGTH`. */
  readonly length: number;
  /** Where the chunk begins in the first split of its tensor's partial sums. */
  readonly partialOffset: number;
  /** Partial sums of the tensor's gradient; 0 when the gradient itself is in place. Need not be a multiple of 4. */
  readonly splits: number;
  /** From one split of the tensor to the next: the tensor's padded length. */
  readonly splitStride: number;
}

/**
 * The chunks of a tensor of `length` floats that lies at `offset` in the flat buffers.
 * @param partial where the copies of its gradient lie, if it is a sum of copies.
 */
export function chunksOf(
  length: number,
  offset: number,
  partial: { readonly offset: number; readonly copies: number } | null,
): Chunk[] {
  return Array.from({ length: Math.ceil(length / CHUNK_LENGTH) }, (_, i) => {
    const start = i * CHUNK_LENGTH;
    return {
      offset: offset + start,
      length: Math.min(CHUNK_LENGTH, length - start),
      partialOffset: partial === null ? 0 : partial.offset + start,
      splits: partial?.copies ?? 0,
      splitStride: partial === null ? 0 : length,
    };
  });
}

/**
 * The chunk table: (offset, length, partialOffset, splits), (splitStride, 0, 0, 0) per chunk.
 * @throws RangeError when a chunk is too long or not aligned.
 */
export function packChunks(chunks: readonly Chunk[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(chunks.length * CHUNK_WORDS);
  chunks.forEach((chunk, i) => {
    const { offset, length, partialOffset, splits, splitStride } = chunk;
    const aligned = [offset, length, partialOffset, splitStride].every((n) => n % 4 === 0);
    if (!aligned || length > CHUNK_LENGTH) {
      throw new RangeError(`chunk ${i} is malformed: ${JSON.stringify(chunk)}`);
    }
    table.set([offset, length, partialOffset, splits, splitStride], i * CHUNK_WORDS);
  });
  return table;
}
