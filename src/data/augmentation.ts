/** Random crop, flip and cutout: functions of the seed and of which image it is, so that all engines get the same bits. */
import { hash32 } from './hash.ts';

/** `hash32`'s second arguments. */
const CROP_STREAM = 0x6175_676d;
const FLIP_STREAM = 0x666c_6970;
const CUTOUT_STREAM = 0x6375_746f;

/** A square of the network's input, of which parts may lie outside. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export interface Augmentation {
  /** Left and upper edge of the crop in the padded image, 0 … 2·pad; at `pad` the image does not move. */
  readonly dx: number;
  readonly dy: number;
  readonly flip: boolean;
  /** What becomes 0 after normalisation. */
  readonly cutout?: Square;
}

export interface AugmentationChoice {
  readonly crop: boolean;
  /** `alternating` (Jordan 2024): the first epoch flips every second image, each further one those that the last did not. */
  readonly flip: boolean | 'alternating';
  /** Side of the square that is cut out (DeVries & Taylor 2017), at most 64; 0 or left out: none. */
  readonly cutout?: number | undefined;
}

/** An image moved by x pixels to the left and y up, black coming in, and mirrored: what a test may show beside it. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly flip: boolean;
}

/** A batch of images as the sampler draws them. */
export interface DrawnBatch {
  readonly seed: number;
  /** step · batchSize: the position of the first image among all drawn so far. */
  readonly firstPosition: number;
  /** Of the training images. */
  readonly indices: Uint32Array;
  /** Images of an epoch; alternating flips need it. */
  readonly epochImages?: number | undefined;
  readonly augment: AugmentationChoice;
  /** In place of chance. */
  readonly view?: View | undefined;
}

/** Padding on each side: 4 pixels at 32, in proportion below. */
export const cropPadding = (inputSize: number): number => inputSize >> 3;

/**
 * The augmentation of a batch's image `n`, at position p = firstPosition + n (u32), for an input of S×S pixels.
 *
 *     h    = hash32(seed, 0x6175676d, p)
 *     flip = (h & 1) == 1, or if alternating ((hash32(seed, 0x666c6970, index) + epoch) & 1) == 1
 *     dx   = ((h >> 1) & 0x7fff) % (2·pad + 1)
 *     dy   = (h >> 16) % (2·pad + 1)
 *     k    = hash32(seed, 0x6375746f, p)
 *     cutout: left = (k & 0xffff) % S - side / 2, top = (k >> 16) % S - side / 2
 *
 * With crop off, dx = dy = pad; with flip off, flip = false. All whole numbers, quotients rounded down.
 * @throws RangeError for alternating flips without `epochImages`.
 */
export function augmentation(batch: DrawnBatch, n: number, inputSize: number): Augmentation {
  const { seed, firstPosition, augment, view } = batch;
  const pad = cropPadding(inputSize);
  if (view !== undefined) return { dx: pad + view.x, dy: pad + view.y, flip: view.flip };
  const position = (firstPosition + n) >>> 0;
  const h = hash32(seed, CROP_STREAM, position);
  const span = 2 * pad + 1;
  const { cutout = 0 } = augment;
  return {
    dx: augment.crop ? ((h >>> 1) & 0x7fff) % span : pad,
    dy: augment.crop ? (h >>> 16) % span : pad,
    flip: augment.flip === 'alternating' ? flipsInTurn(batch, n) : augment.flip && (h & 1) === 1,
    ...(cutout > 0 ? { cutout: square(seed, position, cutout, inputSize) } : {}),
  };
}

function flipsInTurn(
  { seed, firstPosition, indices, epochImages }: DrawnBatch,
  n: number,
): boolean {
  if (epochImages === undefined) throw new RangeError('alternating flips need epochImages');
  const epoch = Math.floor((firstPosition + n) / epochImages);
  return ((hash32(seed, FLIP_STREAM, indices[n] ?? 0) + epoch) & 1) === 1;
}

function square(seed: number, position: number, side: number, inputSize: number): Square {
  const k = hash32(seed, CUTOUT_STREAM, position);
  const half = side >> 1;
  return {
    left: ((k & 0xffff) % inputSize) - half,
    top: ((k >>> 16) % inputSize) - half,
    side,
  };
}

/** Whether the pixel of column x and row y is in the square. */
export const isInside = (square: Square | undefined, x: number, y: number): boolean =>
  square !== undefined &&
  x >= square.left &&
  x < square.left + square.side &&
  y >= square.top &&
  y < square.top + square.side;
