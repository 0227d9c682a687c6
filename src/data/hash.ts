/** Counter-based random numbers in u32 arithmetic only, so that a WGSL kernel gives the same bits. */

/** A bijection of u32 that scatters neighbouring values (xorshift-multiply). */
function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * A u32 drawn from three u32: `mix(mix(mix(a + 0x9e3779b9) ^ b) ^ c)`, where
 * `mix(x)`: x = (x ^ x >> 16) · 0x7feb352d; x = (x ^ x >> 15) · 0x846ca68b; x ^ x >> 16, all modulo 2³².
 */
export function hash32(a: number, b: number, c: number): number {
  return mix(hashKey(a, b) ^ c);
}

/** What `hash32` of these two mixes with the third, a u32. */
export function hashKey(a: number, b: number): number {
  return mix(mix(a + 0x9e3779b9) ^ b);
}

/** `hash32` as a number in [0, 1), a multiple of 2⁻³². */
export function hashUnit(a: number, b: number, c: number): number {
  return hash32(a, b, c) / 0x1_0000_0000;
}
