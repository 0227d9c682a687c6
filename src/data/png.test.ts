import { crc32, deflateSync } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './png.ts';
import { drawShapes } from './syntheticShapes.ts';
import { IMAGE_BYTES } from './types.ts';

const { pixels } = drawShapes(8, 0, 1);
const plain = encode({ width: 32, height: 32, channels: 3, depth: 8, data: pixels });
/** Signature and IHDR. */
const START = plain.subarray(0, 33);
const LINE_BYTES = 97;

function decoded(png: Uint8Array): Uint8Array {
  const out = new Uint8Array(IMAGE_BYTES);
  decodeImage(png, out);
  return out;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
  bytes.writeUInt32BE(body.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG of these filtered lines, its compressed pixels in `parts` IDAT chunks. */
function pngOf(lines: Uint8Array, parts = 1): Uint8Array {
  const data = deflateSync(lines);
  const size = Math.ceil(data.length / parts);
  const idat = Array.from({ length: parts }, (_, i) =>
    chunk('IDAT', data.subarray(i * size, (i + 1) * size)),
  );
  const text = chunk('tEXt', Buffer.from('Comment\0skipped'));
  return Buffer.concat([START, text, ...idat, chunk('IEND', new Uint8Array())]);
}

/** Arbitrary bytes as lines, each with the filter that `filterOf` gives. */
const linesWith = (filterOf: (y: number) => number) =>
  Uint8Array.from({ length: 32 * LINE_BYTES }, (_, i) =>
    i % LINE_BYTES === 0 ? filterOf(i / LINE_BYTES) : (i * 37 + (i >> 3) * 11) % 256,
  );

const withHeader = (at: number, value: number) => {
  const header = plain.slice(16, 29);
  header[at] = value;
  return Buffer.concat([plain.subarray(0, 8), chunk('IHDR', header), plain.subarray(33)]);
};

describe('decodeImage', () => {
  it('gives back what was encoded', () => {
    expect(decoded(plain)).toEqual(pixels);
  });

  it.each([0, 1, 2, 3, 4])('undoes filter %i as another decoder does', (filter) => {
    const png = pngOf(linesWith(() => filter));
    expect([...decoded(png)]).toEqual([...decode(png).data]);
  });

  it('reads filters that change from line to line, and pixels in several chunks', () => {
    const png = pngOf(
      linesWith((y) => y % 5),
      3,
    );
    expect([...decoded(png)]).toEqual([...decode(png).data]);
  });

  it('keeps nothing of the previous image', () => {
    decoded(pngOf(linesWith(() => 4)));
    expect(decoded(plain)).toEqual(pixels);
  });

  it.each([
    ['not a PNG', plain.subarray(1)],
    ['not a PNG', new Uint8Array()],
    ['PNG is cut short', plain.subarray(0, 400)],
    ['PNG is cut short', START],
    ['pixels are missing', Buffer.concat([START, chunk('IEND', new Uint8Array())])],
    ['pixels are missing', pngOf(linesWith(() => 0).subarray(0, 1000))],
    ['unknown filter 5', pngOf(linesWith(() => 5))],
    ['33×32 pixels instead of 32×32', withHeader(3, 33)],
    ['32×64 pixels instead of 32×32', withHeader(7, 64)],
    ['not 8-bit RGB, or interlaced', withHeader(9, 6)],
    ['not 8-bit RGB, or interlaced', withHeader(12, 1)],
  ])('refuses: %s', (fault, png) => {
    expect(() => decoded(png)).toThrow(fault);
  });

  it('unpacks no more than the header says', () => {
    const lines = linesWith((y) => y % 5);
    const surplus = Buffer.concat([lines, new Uint8Array(1_000_000)]);
    expect(decoded(pngOf(surplus))).toEqual(decoded(pngOf(lines)));
  });
});
