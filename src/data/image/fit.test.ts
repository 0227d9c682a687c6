import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES } from '../types.ts';
import { fitted } from './fit.ts';
import type { RgbImage } from './rgbImage.ts';

const imageOf = (
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
): RgbImage => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  ),
});

/** The triangle filter in plain floating point, columns and rows at once. */
function reference({ width, height, pixels }: RgbImage): number[] {
  const short = Math.min(width, height);
  const taps = (size: number, i: number) => {
    const count = Math.trunc((32 * size) / short);
    const scale = size / count;
    const reach = Math.max(1, scale);
    // Sizes of these tests skip whole pixels.
    const centre = ((count - 32) / 2 + i + 0.5) * scale;
    const weights = Array.from({ length: size }, (_, k) =>
      Math.max(0, 1 - Math.abs(k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  const columns = Array.from({ length: 32 }, (_, x) => taps(width, x));
  const rows = Array.from({ length: 32 }, (_, y) => taps(height, y));
  return Array.from({ length: IMAGE_BYTES }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 32, Math.floor(i / 96), i % 3];
    let sum = 0;
    for (const [sourceY, down] of (rows[y] ?? []).entries()) {
      if (down === 0) continue;
      for (const [sourceX, across] of (columns[x] ?? []).entries()) {
        if (across === 0) continue;
        sum += down * across * (pixels[(sourceY * width + sourceX) * 3 + c] ?? 0);
      }
    }
    return sum;
  });
}

describe('crop', () => {
  it.each([
    [64, 64],
    [50, 100],
    [96, 48],
    [40, 40],
    [16, 16],
    [8, 16],
    [33, 33],
  ])('resizes %i×%i as the triangle filter does, to a unit', (width, height) => {
    const image = imageOf(width, height, (x, y, c) => (x * 37 + y * 101 + c * 53 + x * y) % 256);
    const wanted = reference(image);
    const out = fitted(image, 'crop');
    const worst = out.reduce(
      (most, byte, i) => Math.max(most, Math.abs(byte - (wanted[i] ?? 0))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('takes the middle of the longer side, rounded as Python rounds', () => {
    // 32×35 shows rows 2 to 33: 1.5 becomes 2. 32×37 shows rows 2 to 33, too: 2.5 becomes 2.
    for (const height of [35, 37]) {
      const out = fitted(
        imageOf(32, height, (_, y) => y),
        'crop',
      );
      expect([out[0], out[31 * 96]]).toEqual([2, 33]);
    }
  });

  it('leaves images alone that fit, and one colour as it is', () => {
    const image = imageOf(32, 32, (x, y, c) => (x + y * 7 + c) % 256);
    expect(fitted(image, 'crop')).toEqual(image.pixels);
    expect(
      fitted(
        imageOf(500, 300, () => 255),
        'crop',
      ),
    ).toEqual(new Uint8Array(IMAGE_BYTES).fill(255));
  });
});

describe('pad', () => {
  it('puts smaller images into the middle of black', () => {
    const out = fitted(
      imageOf(28, 28, () => 9),
      'pad',
    );
    const at = (x: number, y: number) => out[(y * 32 + x) * 3];
    expect([at(1, 2), at(2, 2), at(29, 29), at(30, 29)]).toEqual([0, 9, 9, 0]);
    expect(out.reduce((sum, byte) => sum + byte, 0)).toBe(28 * 28 * 3 * 9);
  });

  it('refuses larger ones', () => {
    expect(() =>
      fitted(
        imageOf(33, 20, () => 0),
        'pad',
      ),
    ).toThrow('33×20 pixels');
  });
});
