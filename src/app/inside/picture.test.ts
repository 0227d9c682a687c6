import { expect, it } from 'vitest';
import { drawShapes } from '../../data/syntheticShapes.ts';
import { type Bitmap, isAnimated, middleSquare, opaque, toInput } from './picture.ts';

const filled = (
  width: number,
  height: number,
  paint: (x: number, y: number) => number[],
): Bitmap => {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(paint(x, y), 4 * (y * width + x));
  }
  return { width, height, rgba };
};

it('leaves a picture of 32×32 as it is', () => {
  const { pixels } = drawShapes(3, 0, 1);
  expect(toInput({ width: 32, height: 32, rgba: opaque(pixels) })).toEqual(pixels);
});

it('takes the middle square', () => {
  expect(middleSquare(101, 50)).toEqual({ left: 25, top: 0, side: 50 });
  expect(middleSquare(10, 13)).toEqual({ left: 0, top: 1, side: 10 });
  // Grey between black bars.
  const wide = filled(128, 64, (x) => (x >= 32 && x < 96 ? [90, 90, 90, 255] : [0, 0, 0, 255]));
  expect(new Set(toInput(wide))).toEqual(new Set([90]));
});

it('averages areas: whole blocks, and parts of pixels', () => {
  const even = filled(64, 64, (x, y) => [x % 2 === 0 ? 0 : 100, y % 2 === 0 ? 10 : 20, 7, 255]);
  expect([...toInput(even).subarray(0, 3)]).toEqual([50, 15, 7]);
  // 48 / 32: a pixel covers one and a half.
  const odd = filled(48, 48, (x) => [x % 2 === 0 ? 0 : 60, 0, 0, 255]);
  const pixels = toInput(odd);
  expect([pixels[0], pixels[3], pixels[6], pixels[9]]).toEqual([20, 20, 40, 40]);
});

it('enlarges small pictures in blocks', () => {
  const small = filled(2, 2, (x, y) => [100 * x, 50 * y, 0, 255]);
  const pixels = toInput(small);
  expect([...pixels.subarray(3 * 15, 3 * 15 + 2)]).toEqual([0, 0]);
  expect([...pixels.subarray(3 * (31 * 32 + 16), 3 * (31 * 32 + 16) + 2)]).toEqual([100, 50]);
});

it('lays what is transparent on white', () => {
  const clear = filled(32, 32, (x) => (x === 0 ? [0, 0, 0, 0] : [100, 0, 0, 51]));
  expect([...toInput(clear).subarray(0, 6)]).toEqual([255, 255, 255, 224, 204, 204]);
});

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

it('knows animations by their first bytes', () => {
  expect(isAnimated(bytes('GIF89a......\x21\xff\x0bNETSCAPE2.0'))).toBe(true);
  expect(isAnimated(bytes('GIF89a..\x21\xf9\x04....'))).toBe(false);
  expect(isAnimated(bytes('GIF89a..\x21\xf9\x04....\x21\xf9\x04....'))).toBe(true);
  expect(isAnimated(bytes('RIFF....WEBPVP8X....\x02'))).toBe(true);
  expect(isAnimated(bytes('RIFF....WEBPVP8X....\x10'))).toBe(false);
  expect(isAnimated(bytes('\x89PNG........IHDR....acTL....IDAT'))).toBe(true);
  expect(isAnimated(bytes('\x89PNG........IHDR....IDAT....acTL'))).toBe(false);
  expect(isAnimated(bytes('\xff\xd8\xff'))).toBe(false);
});
