/**
 * Counter-based random numbers: each is a function of (seed, stream, index) and of nothing drawn before. So a tensor's
 * values depend on its name alone, and a WGSL kernel can draw any of them in any order.
 */
import { cos, log, sin } from '../data/elementary.ts';
import { hash32 } from '../data/hash.ts';

/** The stream of a name: FNV-1a over its UTF-16 code units, a u32. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A number in [0, 1): the hash's upper 24 bits over 2²⁴, hence exact in f32. */
export function uniform(seed: number, stream: number, index: number): number {
  return (hash32(seed, stream, index) >>> 8) / 0x1_00_0000;
}

/**
 * Fills `values` with a stream's first normal numbers, of mean 0 and the given standard deviation, by Box and Muller: the
 * uniform numbers 2i and 2i + 1 give the normal numbers 2i and 2i + 1.
 */
export function fillNormal(
  values: Float32Array,
  seed: number,
  stream: number,
  deviation: number,
): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    // 1 − u is in (0, 1], where the logarithm is finite.
    const radius = deviation * Math.sqrt(-2 * log(1 - uniform(seed, stream, i)));
    const angle = 2 * Math.PI * uniform(seed, stream, i + 1);
    values[i] = radius * cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * sin(angle);
  }
  return values;
}
