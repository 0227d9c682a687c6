import { deflateSync } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { drawShapes } from '../syntheticShapes.ts';
import { chunk, pngOf as anyPng } from '../testing/pngOf.ts';
import { decodePng } from './png.ts';

const { pixels } = drawShapes(8, 0, 1);
const plain = encode({ width: 32, height: 32, channels: 3, depth: 8, data: pixels });
/** Signature and IHDR. */
const START = plain.subarray(0, 33);
const LINE_BYTES = 97;

const decoded = (png: Uint8Array): Uint8Array => decodePng(png).pixels;

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

const TINY = { width: 1, height: 1, depth: 8, sample: () => 200 };
/** 11×9 pixels, so that every pass of an interlaced one has some. */
const SIZE = { width: 11, height: 9 };
const palette = Uint8Array.from({ length: 16 * 3 }, (_, i) => (i * 71) % 256);

describe('every kind of PNG', () => {
  const kinds: [string, number, number][] = [
    ...[1, 2, 4, 8, 16].map((depth): [string, number, number] => ['grey', 0, depth]),
    ...[1, 2, 4, 8].map((depth): [string, number, number] => ['palette', 3, depth]),
    ['RGB', 2, 8],
    ['RGB', 2, 16],
    ['grey and alpha', 4, 8],
    ['grey and alpha', 4, 16],
    ['RGBA', 6, 8],
    ['RGBA', 6, 16],
  ];
  it.each(kinds)('%s (colour type %i, %i bits), interlaced or not', (_, colourType, depth) => {
    const most = colourType === 3 ? Math.min(16, 2 ** depth) : 2 ** depth;
    const sample = (x: number, y: number, c: number) => (x * 4099 + y * 8209 + c * 16_411) % most;
    const shown = (x: number, y: number, c: number): number => {
      if (colourType === 3) return palette[sample(x, y, 0) * 3 + c] ?? 0;
      const value = sample(x, y, colourType === 0 || colourType === 4 ? 0 : c);
      if (depth === 16) return value >> 8;
      return depth === 8 ? value : (value * 255) / (most - 1);
    };
    const wanted = Array.from({ length: 11 * 9 * 3 }, (_, i) =>
      shown(Math.floor(i / 3) % 11, Math.floor(i / 33), i % 3),
    );
    for (const isInterlaced of [false, true]) {
      const png = anyPng({
        ...{ ...SIZE, depth, colourType, isInterlaced, sample },
        ...(colourType === 3 ? { palette } : {}),
      });
      expect([...decoded(png)]).toEqual(wanted);
    }
  });
});

describe('decodePng', () => {
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
    ['pixels are missing', withHeader(7, 64)],
    ['0×32 pixels', withHeader(3, 0)],
    ['at most 11 million can be read of a file of', withHeader(0, 0x7f)],
    ['a PNG of unknown kind (colour type 5, 8 bits)', withHeader(9, 5)],
    ['a PNG of unknown kind (colour type 2, 4 bits)', withHeader(8, 4)],
    [
      'no colour 200 in the palette',
      anyPng({ ...TINY, colourType: 3, palette: new Uint8Array(9) }),
    ],
  ])('refuses: %s', (fault, png) => {
    expect(() => decoded(png)).toThrow(fault);
  });

  it('unpacks no more than the header says', () => {
    const lines = linesWith((y) => y % 5);
    const surplus = Buffer.concat([lines, new Uint8Array(1_000_000)]);
    expect(decoded(pngOf(surplus))).toEqual(decoded(pngOf(lines)));
  });
});
