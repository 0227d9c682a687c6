/** MD5 (RFC 1321), by which publishers name their archives; browsers have no function for it. */
import { sin } from '../elementary.ts';

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const CONSTANTS = Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(Math.abs(sin(i + 1)) * 2 ** 32),
);
const BLOCK_BYTES = 64;

export class Md5 {
  private state = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476);
  private readonly rest = new Uint8Array(BLOCK_BYTES);
  private restBytes = 0;
  private total = 0;

  update(bytes: Uint8Array): this {
    this.total += bytes.length;
    let at = 0;
    if (this.restBytes > 0) {
      at = Math.min(bytes.length, BLOCK_BYTES - this.restBytes);
      this.rest.set(bytes.subarray(0, at), this.restBytes);
      this.restBytes += at;
      if (this.restBytes < BLOCK_BYTES) return this;
      this.block(this.rest, 0);
      this.restBytes = 0;
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.block(bytes, at);
    this.rest.set(bytes.subarray(at));
    this.restBytes = bytes.length - at;
    return this;
  }

  /** In hexadecimal. Ends the computation. */
  digest(): string {
    const bits = BigInt(this.total) * 8n;
    const padding = new Uint8Array(((55 - this.total) & 63) + 9);
    padding[0] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, bits, true);
    this.update(padding);
    const bytes = new Uint8Array(this.state.buffer);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  private block(bytes: Uint8Array, at: number): void {
    let [a = 0, b = 0, c = 0, d = 0] = this.state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mixed = 0;
      let word = i;
      if (round === 0) mixed = (b & c) | (~b & d);
      else if (round === 1) {
        mixed = (d & b) | (~d & c);
        word = (5 * i + 1) & 15;
      } else if (round === 2) {
        mixed = b ^ c ^ d;
        word = (3 * i + 5) & 15;
      } else {
        mixed = c ^ (b | ~d);
        word = (7 * i) & 15;
      }
      const from = at + word * 4;
      const value =
        (bytes[from] ?? 0) |
        ((bytes[from + 1] ?? 0) << 8) |
        ((bytes[from + 2] ?? 0) << 16) |
        ((bytes[from + 3] ?? 0) << 24);
      const sum = (a + mixed + (CONSTANTS[i] ?? 0) + value) | 0;
      const shift = SHIFTS[round * 4 + (i & 3)] ?? 0;
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
    }
    this.state[0] = ((this.state[0] ?? 0) + a) | 0;
    this.state[1] = ((this.state[1] ?? 0) + b) | 0;
    this.state[2] = ((this.state[2] ?? 0) + c) | 0;
    this.state[3] = ((this.state[3] ?? 0) + d) | 0;
  }
}
