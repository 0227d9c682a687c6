import { describe, expect, it } from 'vitest';
import { augmentation, cropPadding } from './augmentation.ts';
import { hash32 } from './hash.ts';

describe('hash32', () => {
  it('gives these bits, which kernels repeat', () => {
    expect([hash32(0, 0, 0), hash32(1, 2, 3), hash32(0xffffffff, 0xffffffff, 0xffffffff)]).toEqual([
      2488251732, 928740772, 1004142908,
    ]);
  });

  it('follows its formula', () => {
    const mask = 0xffffffffn;
    const mix = (value: bigint) => {
      let x = value & mask;
      x = ((x ^ (x >> 16n)) * 0x7feb352dn) & mask;
      x = ((x ^ (x >> 15n)) * 0x846ca68bn) & mask;
      return x ^ (x >> 16n);
    };
    for (const [a, b, c] of [
      [0, 0, 0],
      [5, 77, 123456],
      [0xdeadbeef, 0x80000000, 0xffffffff],
    ] as const) {
      const wanted = mix(mix(mix(BigInt(a) + 0x9e3779b9n) ^ BigInt(b)) ^ BigInt(c));
      expect(hash32(a, b, c)).toBe(Number(wanted));
    }
  });
});

describe('augmentation', () => {
  it('draws these crops and flips, which the gather kernel repeats', () => {
    expect([0, 1, 2, 3].map((position) => augmentation(0, position, 4))).toEqual([
      { dx: 0, dy: 1, flip: true },
      { dx: 1, dy: 0, flip: false },
      { dx: 5, dy: 8, flip: false },
      { dx: 8, dy: 3, flip: true },
    ]);
  });

  it('reaches every offset about equally often, and flips half of the images', () => {
    const counts = { dx: new Array<number>(9).fill(0), dy: new Array<number>(9).fill(0), flips: 0 };
    const draws = 9000;
    for (let position = 0; position < draws; position++) {
      const { dx, dy, flip } = augmentation(42, position, cropPadding(32));
      counts.dx[dx] = (counts.dx[dx] ?? 0) + 1;
      counts.dy[dy] = (counts.dy[dy] ?? 0) + 1;
      if (flip) counts.flips++;
    }
    for (const count of [...counts.dx, ...counts.dy]) {
      // 1,000 ± 5 standard deviations.
      expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
    expect(Math.abs(counts.flips - draws / 2)).toBeLessThan(240);
  });

  it('leaves the image alone when switched off', () => {
    for (let position = 0; position < 50; position++) {
      const still = augmentation(1, position, 4, { crop: false, flip: false });
      expect(still).toEqual({ dx: 4, dy: 4, flip: false });
      const both = augmentation(1, position, 4);
      expect(augmentation(1, position, 4, { crop: true, flip: false })).toEqual({
        ...both,
        flip: false,
      });
    }
  });

  it('pads by an eighth', () => {
    expect([32, 16, 8, 4].map(cropPadding)).toEqual([4, 2, 1, 0]);
  });
});
