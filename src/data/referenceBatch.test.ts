import { describe, expect, it } from 'vitest';
import { augmentation } from './augmentation.ts';
import { CIFAR10_NORMALIZATION, NORMALIZATIONS, type Normalization } from './normalization.ts';
import { referenceBatch } from './referenceBatch.ts';
import { drawShapes } from './syntheticShapes.ts';

const { pixels } = drawShapes(5, 0, 6);
const byteAt = (image: number, y: number, x: number, channel: number) =>
  pixels[((image * 32 + y) * 32 + x) * 3 + channel] ?? Number.NaN;
const normalised = (
  value: number,
  channel: number,
  { mean, std }: Normalization = CIFAR10_NORMALIZATION,
) => (value - (mean[channel] ?? 0)) / (std[channel] ?? 1);
const still = { pixels, seed: 0, position: 0, augment: null };

describe('referenceBatch', () => {
  it('normalises pixels, channel by channel', () => {
    const batch = referenceBatch({ ...still, indices: Uint32Array.of(3, 1), inputSize: 32 });
    expect(batch.length).toBe(2 * 3 * 32 * 32);
    for (const [n, image] of [3, 1].entries()) {
      for (const [channel, y, x] of [
        [0, 0, 0],
        [1, 7, 30],
        [2, 31, 31],
      ] as const) {
        const value = batch[((n * 3 + channel) * 32 + y) * 32 + x];
        expect(value).toBe(Math.fround(normalised(byteAt(image, y, x, channel) / 255, channel)));
      }
    }
  });

  it('normalises by other means and deviations where it is told to', () => {
    const normalization = NORMALIZATIONS.imagenet;
    const options = { ...still, indices: Uint32Array.of(4), inputSize: 32, normalization };
    const batch = referenceBatch(options);
    for (const channel of [0, 1, 2]) {
      const value = byteAt(4, 3, 5, channel) / 255;
      const expected = normalised(value, channel, normalization);
      expect(batch[(channel * 32 + 3) * 32 + 5]).toBe(Math.fround(expected));
    }
  });

  it('averages blocks of pixels below 32', () => {
    const batch = referenceBatch({ ...still, indices: Uint32Array.of(2), inputSize: 16 });
    const block = [
      byteAt(2, 6, 10, 1),
      byteAt(2, 6, 11, 1),
      byteAt(2, 7, 10, 1),
      byteAt(2, 7, 11, 1),
    ];
    const mean = block.reduce((sum, byte) => sum + byte, 0) / (4 * 255);
    expect(batch[(1 * 16 + 3) * 16 + 5]).toBe(Math.fround(normalised(mean, 1)));
  });

  it('crops from black padding, then flips', () => {
    const seed = 9;
    const first = 1000;
    const indices = Uint32Array.of(0, 1, 2, 3, 4, 5);
    const augment = { crop: true, flip: true };
    const batch = referenceBatch({
      pixels,
      indices,
      inputSize: 32,
      seed,
      position: first,
      augment,
    });
    for (const n of indices) {
      const drawn = { seed, firstPosition: first, indices, augment };
      const { dx, dy, flip } = augmentation(drawn, n, 32);
      for (let x = 0; x < 32; x++) {
        const sourceX = (flip ? 31 - x : x) + dx - 4;
        const sourceY = 2 + dy - 4;
        const isInside = sourceX >= 0 && sourceX < 32 && sourceY >= 0;
        const value = isInside ? byteAt(n, sourceY, sourceX, 2) / 255 : 0;
        expect(batch[((n * 3 + 2) * 32 + 2) * 32 + x]).toBe(Math.fround(normalised(value, 2)));
      }
    }
  });

  it('cuts out a square after normalisation, clipped at the edge', () => {
    const augment = { crop: false, flip: false, cutout: 20 };
    const indices = Uint32Array.of(0, 1, 2, 3);
    const options = { pixels, indices, inputSize: 16, seed: 4, position: 50 };
    const whole = referenceBatch({ ...options, augment: null });
    const cut = referenceBatch({ ...options, augment });
    for (const n of indices) {
      const { cutout } = augmentation({ seed: 4, firstPosition: 50, indices, augment }, n, 16);
      if (cutout === undefined) throw new Error('nothing is cut out');
      for (let i = 0; i < 3 * 256; i++) {
        const [x, y] = [i % 16, Math.floor(i / 16) % 16];
        const isCut = Math.abs(x - cutout.left - 9.5) < 10 && Math.abs(y - cutout.top - 9.5) < 10;
        expect(cut[n * 768 + i]).toBe(isCut ? 0 : whole[n * 768 + i]);
      }
    }
    expect(cut.includes(0)).toBe(true);
  });

  it('refuses sizes that do not divide 32', () => {
    expect(() => referenceBatch({ ...still, indices: Uint32Array.of(0), inputSize: 24 })).toThrow(
      'inputSize 24',
    );
  });
});
