/** Random crop and flip, a function of seed and position, so that CPU and GPU agree to the bit. */
import { hash32 } from './hash.ts';

/** `hash32`'s second argument. */
export const AUGMENTATION_STREAM = 0x6175_676d;

export interface Augmentation {
  /** Left and upper edge of the crop in the padded image, 0 … 2·pad; at `pad` the image does not move. */
  readonly dx: number;
  readonly dy: number;
  readonly flip: boolean;
}

export interface AugmentationChoice {
  readonly crop: boolean;
  readonly flip: boolean;
}

/** Padding on each side: 4 pixels at 32, in proportion below. */
export const cropPadding = (inputSize: number): number => inputSize >> 3;

/**
 * The augmentation of the image at `position` = step · batchSize + n (u32).
 *
 *     h    = hash32(seed, 0x6175676d, position)
 *     flip = (h & 1) == 1
 *     dx   = ((h >> 1) & 0x7fff) % (2·pad + 1)
 *     dy   = (h >> 16) % (2·pad + 1)
 *
 * With crop off, dx = dy = pad; with flip off, flip = false. All u32.
 */
export function augmentation(
  seed: number,
  position: number,
  pad: number,
  choice: AugmentationChoice = { crop: true, flip: true },
): Augmentation {
  const h = hash32(seed, AUGMENTATION_STREAM, position >>> 0);
  const span = 2 * pad + 1;
  return {
    dx: choice.crop ? ((h >>> 1) & 0x7fff) % span : pad,
    dy: choice.crop ? (h >>> 16) % span : pad,
    flip: choice.flip && (h & 1) === 1,
  };
}
