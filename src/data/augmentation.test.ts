import { describe, expect, it } from 'vitest';
import { type AugmentationChoice, augmentation, cropPadding } from './augmentation.ts';
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

const both = { crop: true, flip: true };

/** At 32 pixels, of the only image drawn. */
const drawn = (seed: number, firstPosition: number, augment: AugmentationChoice = both) =>
  augmentation({ seed, firstPosition, indices: Uint32Array.of(0), augment }, 0, 32);

describe('augmentation', () => {
  it('draws these crops and flips', () => {
    expect([0, 1, 2, 3].map((position) => drawn(0, position))).toEqual([
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
      const { dx, dy, flip } = drawn(42, position);
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
      const still = drawn(1, position, { crop: false, flip: false });
      expect(still).toEqual({ dx: 4, dy: 4, flip: false });
      expect(drawn(1, position, { crop: true, flip: false })).toEqual({
        ...drawn(1, position),
        flip: false,
      });
    }
  });

  it('flips an image in every second epoch, whatever its place in it', () => {
    const epochImages = 60;
    const augment = { crop: true, flip: 'alternating' } as const;
    const flips = [0, 1, 2, 3].map((epoch) => {
      const indices = Uint32Array.from({ length: epochImages }, (_, n) => (n * 7 + epoch) % 60);
      const batch = { seed: 3, firstPosition: epoch * epochImages, indices, epochImages, augment };
      const flipped = new Array<boolean>(epochImages);
      for (const [n, index] of indices.entries()) flipped[index] = augmentation(batch, n, 32).flip;
      return flipped;
    });
    expect(flips[1]).toEqual(flips[0]?.map((flip) => !flip));
    expect(flips[2]).toEqual(flips[0]);
    expect(flips[3]).toEqual(flips[1]);
    // Half of the images ± 4 standard deviations.
    expect(Math.abs((flips[0]?.filter(Boolean).length ?? 0) - 30)).toBeLessThan(16);
    expect(() => drawn(0, 0, augment)).toThrow(RangeError);
  });

  it('counts epochs where a batch reaches into the next one', () => {
    const augment = { crop: false, flip: 'alternating' } as const;
    const indices = Uint32Array.of(8, 8, 8, 8);
    const batch = { seed: 0, firstPosition: 13, indices, epochImages: 5, augment };
    const flips = [0, 1, 2, 3].map((n) => augmentation(batch, n, 32).flip);
    // Positions 13 and 14 are of epoch 2, 15 and 16 of epoch 3.
    expect(flips[1]).toBe(flips[0]);
    expect(flips[2]).toBe(!flips[0]);
    expect(flips[3]).toBe(flips[2]);
  });

  it('puts the centres of the squares anywhere in the image, about equally often', () => {
    const counts = { x: new Array<number>(32).fill(0), y: new Array<number>(32).fill(0) };
    const draws = 32 * 400;
    for (let position = 0; position < draws; position++) {
      const { cutout } = drawn(42, position, { ...both, cutout: 7 });
      if (cutout?.side !== 7) throw new Error('nothing is cut out');
      for (const [axis, edge] of [
        ['x', cutout.left],
        ['y', cutout.top],
      ] as const) {
        counts[axis][edge + 3] = (counts[axis][edge + 3] ?? 0) + 1;
      }
    }
    // 400 ± 5 standard deviations.
    for (const count of [...counts.x, ...counts.y]) {
      expect(Math.abs(count - 400)).toBeLessThan(100);
    }
    const { cutout: _, ...rest } = drawn(42, 0, { ...both, cutout: 7 });
    expect(rest).toEqual(drawn(42, 0));
    expect(drawn(0, 0, { ...both, cutout: 0 })).toEqual(drawn(0, 0));
  });

  it('pads by an eighth', () => {
    expect([32, 16, 8, 4].map(cropPadding)).toEqual([4, 2, 1, 0]);
  });
});
