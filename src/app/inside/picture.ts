/** A picture of one's own on its way to a network: its middle square, averaged down to the 32×32 pixels that nets take. */
import { IMAGE_SIZE } from '../../data/types.ts';

/** RGBA rows, as a canvas gives them. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly rgba: Uint8ClampedArray;
}

interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** The largest square in the middle of a picture. */
export function middleSquare(width: number, height: number): Square {
  const side = Math.min(width, height);
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/**
 * The middle square as the data set holds images, [32, 32, 3] bytes; what is transparent shows white. Each pixel is the
 * mean of the area it covers, so a square of 32 pixels stays as it is, byte for byte, and smaller ones are enlarged in
 * blocks.
 */
export function toInput({ width, height, rgba }: Bitmap): Uint8Array {
  const { left, top, side } = middleSquare(width, height);
  const pixels = new Uint8Array(IMAGE_SIZE * IMAGE_SIZE * 3);
  const spans = Array.from({ length: IMAGE_SIZE }, (_, i) => coverage(i, side));
  for (const [row, rows] of spans.entries()) {
    for (const [column, columns] of spans.entries()) {
      const sums = [0, 0, 0];
      let area = 0;
      for (const { at: y, share: high } of rows) {
        for (const { at: x, share: wide } of columns) {
          const from = 4 * ((top + y) * width + left + x);
          const opacity = (rgba[from + 3] ?? 0) / 255;
          const weight = high * wide;
          area += weight;
          for (let c = 0; c < 3; c++) {
            const over = opacity * (rgba[from + c] ?? 0) + (1 - opacity) * 255;
            sums[c] = (sums[c] ?? 0) + weight * over;
          }
        }
      }
      for (let c = 0; c < 3; c++) {
        pixels[3 * (row * IMAGE_SIZE + column) + c] = Math.round((sums[c] ?? 0) / area);
      }
    }
  }
  return pixels;
}

/** Which of `side` pixels the `i`th of 32 covers, and how much of each. */
function coverage(i: number, side: number): { readonly at: number; readonly share: number }[] {
  const scale = side / IMAGE_SIZE;
  const [from, to] = [i * scale, (i + 1) * scale];
  const parts: { at: number; share: number }[] = [];
  for (let at = Math.floor(from); at < Math.min(side, Math.ceil(to)); at++) {
    const share = Math.min(at + 1, to) - Math.max(at, from);
    if (share > 0) parts.push({ at, share });
  }
  return parts;
}

/** RGBA of [pixels, 3] bytes. */
export function opaque(pixels: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((pixels.length / 3) * 4).fill(255);
  for (let i = 0; i < pixels.length / 3; i++) {
    rgba.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
  }
  return rgba;
}

/**
 * Whether a file's first bytes say that more than one picture is in it: GIFs that loop or come in several parts, WebP
 * with the animation flag, PNG with an animation control chunk.
 */
export function isAnimated(head: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('GIF8')) {
    // A graphic control extension comes before each picture.
    return text.includes('NETSCAPE2.0') || text.split('\x21\xf9\x04').length > 2;
  }
  if (text.startsWith('RIFF') && text.slice(8, 16) === 'WEBPVP8X') {
    return ((head[20] ?? 0) & 2) !== 0;
  }
  if (text.startsWith('\x89PNG')) {
    const control = text.indexOf('acTL');
    const data = text.indexOf('IDAT');
    return control !== -1 && (data === -1 || control < data);
  }
  return false;
}
