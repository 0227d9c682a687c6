/**
 * MurmurHash3 with 128 bits, the variant for 32-bit machines (A. Appleby, public domain). It finds damage at about a
 * gigabyte a second and without waiting; it is no protection against forgery.
 */

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const BLOCK_WORDS = 4;

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

function finish(x: number): number {
  const y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  const z = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/** Four words. @param bytes begin at a multiple of 4 of their buffer. */
export function murmurHash(bytes: Uint8Array<ArrayBuffer>, seed: number): Uint32Array<ArrayBuffer> {
  let [a, b, c, d] = [seed, seed, seed, seed];
  const blocks = Math.floor(bytes.length / (4 * BLOCK_WORDS));
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, BLOCK_WORDS * blocks);
  for (let i = 0; i < words.length; i += BLOCK_WORDS) {
    a ^= Math.imul(rotate(Math.imul(words[i] ?? 0, C1), 15), C2);
    a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0;
    b ^= Math.imul(rotate(Math.imul(words[i + 1] ?? 0, C2), 16), C3);
    b = (Math.imul(rotate(b, 17) + c, 5) + 0x0bcaa747) | 0;
    c ^= Math.imul(rotate(Math.imul(words[i + 2] ?? 0, C3), 17), C4);
    c = (Math.imul(rotate(c, 15) + d, 5) + 0x96cd1c35) | 0;
    d ^= Math.imul(rotate(Math.imul(words[i + 3] ?? 0, C4), 18), C1);
    d = (Math.imul(rotate(d, 13) + a, 5) + 0x32ac3b17) | 0;
  }
  const rest = new Uint8Array(4 * BLOCK_WORDS);
  rest.set(bytes.subarray(4 * words.length));
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = new Uint32Array(rest.buffer);
  d ^= Math.imul(rotate(Math.imul(w3, C4), 18), C1);
  c ^= Math.imul(rotate(Math.imul(w2, C3), 17), C4);
  b ^= Math.imul(rotate(Math.imul(w1, C2), 16), C3);
  a ^= Math.imul(rotate(Math.imul(w0, C1), 15), C2);
  return mixed(a ^ bytes.length, b ^ bytes.length, c ^ bytes.length, d ^ bytes.length);
}

function mixed(a: number, b: number, c: number, d: number): Uint32Array<ArrayBuffer> {
  const sum = (a + b + c + d) | 0;
  const [f, g, h, i] = [
    finish(sum),
    finish((sum + b) | 0),
    finish((sum + c) | 0),
    finish((sum + d) | 0),
  ];
  const total = (f + g + h + i) | 0;
  return Uint32Array.of(total, total + g, total + h, total + i);
}
