/**
 * Counter-based random numbers: every draw is a function of (seed, stream, index) and of nothing drawn before, so that a
 * tensor's values depend on its name alone, and a WGSL kernel can draw any of them in any order.
 */
import { hash32 } from '../data/hash.ts';

export { hash32 };

/** The stream of a name: FNV-1a over its UTF-16 units, a u32. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A number in [0, 1): the hash's upper 24 bits over 2²⁴, hence exact in f32. */
export function uniform(seed: number, stream: number, index: number): number {
  return (hash32(seed, stream, index) >>> 8) / 0x1_00_0000;
}

/** A standard normal number by Box and Muller, from the uniform numbers 2·index and 2·index + 1. */
export function normal(seed: number, stream: number, index: number): number {
  // 1 − u lies in (0, 1], where the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, stream, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, stream, 2 * index + 1));
}
