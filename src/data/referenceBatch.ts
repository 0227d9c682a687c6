/** Gathering a batch in plain loops: what the GPU kernel must give. */
import {
  type Augmentation,
  type AugmentationChoice,
  augmentation,
  cropPadding,
  isInside,
  type View,
} from './augmentation.ts';
import { CIFAR10_NORMALIZATION, type Normalization } from './normalization.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from './types.ts';

export interface ReferenceBatchOptions {
  /** [images, 32, 32, 3], bytes. */
  readonly pixels: Uint8Array;
  /** [N], images of the batch. */
  readonly indices: Uint32Array;
  /** [N], which of the data set's images these are, where `pixels` are only some of it; left out: `indices`. */
  readonly drawn?: Uint32Array;
  /** S: a divisor of 32; below 32, blocks of pixels are averaged first. */
  readonly inputSize: number;
  readonly seed: number;
  /** Position of the batch's first image in the sequence of all images drawn: step · batchSize. */
  readonly position: number;
  /** Images of an epoch; alternating flips need it. */
  readonly epochImages?: number | undefined;
  /** Null for evaluation: the images as they are. */
  readonly augment: AugmentationChoice | null;
  /** In place of chance, where there is augmentation. */
  readonly view?: View | undefined;
  /** Left out: CIFAR-10's. */
  readonly normalization?: Normalization | undefined;
}

/**
 * A normalised batch, [N, 3, S, S] float32: bytes / 255 → mean over (32/S)² blocks → zero-padding by S/8 (black, before
 * normalisation) → crop at (dx, dy) → flip → minus mean, over deviation → 0 in the square that is cut out.
 * @throws RangeError when `inputSize` does not divide 32.
 */
export function referenceBatch(options: ReferenceBatchOptions): Float32Array {
  const { pixels, indices, inputSize, augment } = options;
  const { mean, std } = options.normalization ?? CIFAR10_NORMALIZATION;
  if (IMAGE_SIZE % inputSize !== 0) throw new RangeError(`inputSize ${inputSize} ∤ ${IMAGE_SIZE}`);
  const pad = cropPadding(inputSize);
  const batch = new Float32Array(indices.length * 3 * inputSize * inputSize);
  let at = 0;
  for (let n = 0; n < indices.length; n++) {
    const start = (indices[n] ?? 0) * IMAGE_BYTES;
    const image = pixels.subarray(start, start + IMAGE_BYTES);
    const { dx, dy, flip, cutout }: Augmentation =
      augment === null
        ? { dx: pad, dy: pad, flip: false }
        : augmentation({ ...drawnOf(options), augment }, n, inputSize);
    for (let channel = 0; channel < 3; channel++) {
      const center = mean[channel] ?? 0;
      const deviation = std[channel] ?? 1;
      for (let y = 0; y < inputSize; y++) {
        for (let x = 0; x < inputSize; x++) {
          const column = flip ? inputSize - 1 - x : x;
          const value = blockMean(image, inputSize, column + dx - pad, y + dy - pad, channel);
          batch[at++] = isInside(cutout, x, y) ? 0 : (value - center) / deviation;
        }
      }
    }
  }
  return batch;
}

const drawnOf = ({ seed, position, indices, drawn, epochImages, view }: ReferenceBatchOptions) => ({
  ...{ seed, epochImages, view },
  firstPosition: position,
  indices: drawn ?? indices,
});

/** Mean of a block of pixels, 0–1; 0 outside the image. Coordinates count blocks. */
function blockMean(image: Uint8Array, size: number, x: number, y: number, channel: number): number {
  if (x < 0 || y < 0 || x >= size || y >= size) return 0;
  const block = IMAGE_SIZE / size;
  let sum = 0;
  for (let j = 0; j < block; j++) {
    for (let i = 0; i < block; i++) {
      sum += image[((y * block + j) * IMAGE_SIZE + x * block + i) * 3 + channel] ?? 0;
    }
  }
  return sum / (255 * block * block);
}
