/** Invocations of a workgroup that works on a chunk of `plan/chunks.ts`. */
export const CHUNK_LANES = 64;
