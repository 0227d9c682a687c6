/** Images that come as their bare pixels. */
import { checkSize, type RgbImage } from './rgbImage.ts';
import { t } from '../../text/t.ts';

/** Grey pixels of a square image, 28×28 or 32×32, as only its length tells; null for any other length. */
export function rawImage(bytes: Uint8Array): RgbImage | null {
  const side = Math.sqrt(bytes.length);
  return side === 28 || side === 32 ? greyImage(bytes, side, side) : null;
}

/** @param grey [height, width] */
export function greyImage(grey: ArrayLike<number>, width: number, height: number): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) pixels.fill(grey[i] ?? 0, i * 3, i * 3 + 3);
  return { width, height, pixels };
}

/**
 * Nested lists of whole numbers from 0 to 255: [H, W], [H, W, channels] or [channels, H, W] with 1, 3 or 4 channels, or a
 * flat list of a square grey image.
 * @throws Error naming the fault
 */
export function numbersImage(value: unknown): RgbImage {
  const shape: number[] = [];
  const numbers: number[] = [];
  collect(value, 0, shape, numbers);
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length === 1) {
    const side = Math.sqrt(a);
    if (Number.isInteger(side)) return greyImage(numbers, side, side);
    throw new Error(t`a flat list of ${a} numbers does not tell width, height and channels`);
  }
  if (shape.length === 2) return greyImage(numbers, b, a);
  if (shape.length === 3 && [1, 3, 4].includes(c)) {
    return channelsImage(numbers, b, a, (pixel, channel) => pixel * c + Math.min(channel, c - 1));
  }
  if (shape.length === 3 && [1, 3, 4].includes(a)) {
    return channelsImage(
      numbers,
      c,
      b,
      (pixel, channel) => Math.min(channel, a - 1) * b * c + pixel,
    );
  }
  throw new Error(t`lists of shape [${shape.join(', ')}] are not an image`);
}

function channelsImage(
  numbers: readonly number[],
  width: number,
  height: number,
  placeOf: (pixel: number, channel: number) => number,
): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = numbers[placeOf(Math.floor(i / 3), i % 3)] ?? 0;
  }
  return { width, height, pixels };
}

const MAX_DIMENSIONS = 3;

function collect(value: unknown, depth: number, shape: number[], numbers: number[]): void {
  if (value === null || value === undefined) throw new Error(t`null`);
  const items =
    Array.isArray(value) || ArrayBuffer.isView(value)
      ? Array.from(value as Iterable<unknown>)
      : null;
  if (items === null) {
    const number = Number(value);
    if (!(Number.isInteger(number) && number >= 0 && number <= 255)) {
      throw new Error(
        t`the pixel ${String(value).slice(0, 20)} is not a whole number from 0 to 255`,
      );
    }
    if (depth !== shape.length) throw new Error(t`lists of unequal depth are not an image`);
    numbers.push(number);
    return;
  }
  if (depth >= MAX_DIMENSIONS) throw new Error(t`lists nested four deep are not an image`);
  const isFirst = shape.length === depth && numbers.length === 0;
  if (isFirst) {
    shape.push(items.length);
    checkSize(
      shape.reduce((product, size) => product * size, 1),
      1,
    );
  } else if (shape[depth] !== items.length)
    throw new Error(t`lists of unequal length are not an image`);
  for (const item of items) collect(item, depth + 1, shape, numbers);
}
