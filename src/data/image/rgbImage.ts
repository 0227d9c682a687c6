/** A decoded image. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly pixels: Uint8Array;
}

/**
 * How an image becomes 32×32. `crop`: the shorter side becomes 32 and the middle stays, as torchvision's `Resize(32)` and `CenterCrop(32)` do on
 * Pillow images. `pad`: in the middle of 32×32 black pixels, for images that are smaller.
 */
export type Fit = 'crop' | 'pad';

/** Decoded, 150 MB. */
const MAX_PIXELS = 50_000_000;

/** @throws Error for an image that is empty or too large to decode */
export function checkSize(width: number, height: number): void {
  if (!(width > 0 && height > 0)) throw new Error(`${width}×${height} pixels`);
  if (width * height > MAX_PIXELS) {
    throw new Error(`${width}×${height} pixels; at most ${MAX_PIXELS / 1e6} million can be read`);
  }
}
