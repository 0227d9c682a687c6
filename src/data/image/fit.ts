/** Makes images of any size 32×32. */
import { IMAGE_BYTES, IMAGE_SIZE } from '../types.ts';
import type { Fit, RgbImage } from './rgbImage.ts';
import { t } from '../../text/t.ts';

/** @returns [32, 32, 3] @throws Error when an image to be padded is larger */
export function fitted(image: RgbImage, fit: Fit): Uint8Array {
  const { width, height, pixels } = image;
  if (width === IMAGE_SIZE && height === IMAGE_SIZE) return pixels;
  return fit === 'pad' ? padded(image) : cropped(image);
}

function padded({ width, height, pixels }: RgbImage): Uint8Array {
  if (width > IMAGE_SIZE || height > IMAGE_SIZE) {
    throw new Error(t`${width}×${height} pixels, more than ${IMAGE_SIZE}×${IMAGE_SIZE}`);
  }
  const out = new Uint8Array(IMAGE_BYTES);
  const left = (IMAGE_SIZE - width) >> 1;
  const top = (IMAGE_SIZE - height) >> 1;
  for (let y = 0; y < height; y++) {
    const line = pixels.subarray(y * width * 3, (y + 1) * width * 3);
    out.set(line, ((top + y) * IMAGE_SIZE + left) * 3);
  }
  return out;
}

function cropped({ width, height, pixels }: RgbImage): Uint8Array {
  const short = Math.min(width, height);
  // torchvision: int(size * long / short)
  const resized = (side: number) => Math.trunc((IMAGE_SIZE * side) / short);
  const columns = middle(width, resized(width));
  const rows = middle(height, resized(height));
  const [first = { from: 0, weights: [] }] = rows;
  const last = rows.at(-1) ?? { from: 0, weights: [] };
  const end = last.from + last.weights.length;
  // Columns first, then rows, rounded to bytes in between.
  const narrow = new Uint8Array((end - first.from) * IMAGE_SIZE * 3);
  for (let y = first.from; y < end; y++) {
    for (let x = 0; x < IMAGE_SIZE; x++) {
      const { from, weights } = columns[x] ?? first;
      for (let c = 0; c < 3; c++) {
        const start = (y * width + from) * 3 + c;
        narrow[((y - first.from) * IMAGE_SIZE + x) * 3 + c] = sumOf(pixels, start, 3, weights);
      }
    }
  }
  const out = new Uint8Array(IMAGE_BYTES);
  const lineBytes = IMAGE_SIZE * 3;
  for (let y = 0; y < IMAGE_SIZE; y++) {
    const { from, weights } = rows[y] ?? last;
    for (let i = 0; i < lineBytes; i++) {
      const start = (from - first.from) * lineBytes + i;
      out[y * lineBytes + i] = sumOf(narrow, start, lineBytes, weights);
    }
  }
  return out;
}

/** Weights are whole numbers of this. */
const UNIT = 2 ** 22;

/** Weighted pixels, rounded; weights without ring stay within a byte. */
function sumOf(
  bytes: Uint8Array,
  start: number,
  step: number,
  weights: readonly number[] = [],
): number {
  let sum = UNIT / 2;
  for (let i = 0; i < weights.length; i++)
    sum += (bytes[start + i * step] ?? 0) * (weights[i] ?? 0);
  return Math.min(255, Math.floor(sum / UNIT));
}

/** Pixels of the image that make one pixel of the result. */
interface Taps {
  readonly from: number;
  readonly weights: readonly number[];
}

/** The middle 32 of `count` pixels made from `size`: Pillow's bilinear filter (`Resample.c`), in its fixed point. */
function middle(size: number, count: number): readonly Taps[] {
  const skipped = pythonRound((count - IMAGE_SIZE) / 2);
  const scale = size / count;
  const reach = Math.max(1, scale);
  return Array.from({ length: IMAGE_SIZE }, (_, i) => {
    const centre = (skipped + i + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(size, Math.trunc(centre + reach + 0.5));
    const triangle = Array.from({ length: end - from }, (_, k) =>
      Math.max(0, 1 - Math.abs((from + k - centre + 0.5) / reach)),
    );
    const total = triangle.reduce((sum, weight) => sum + weight, 0);
    const weights = triangle.map((weight) => Math.trunc(0.5 + (weight / total) * UNIT));
    return { from, weights };
  });
}

/** Halves go to the even neighbour. */
function pythonRound(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
