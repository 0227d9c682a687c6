/** Makes an image of the batch from its bytes: shrink, crop, flip, normalise, cut out. The result is that of `referenceBatch`. */
import { type Augmentation, cropPadding, isInside } from '../../../data/augmentation.ts';
import { CIFAR10_NORMALIZATION, type Normalization } from '../../../data/normalization.ts';
import { IMAGE_SIZE } from '../../../data/types.ts';

export class ImageGatherer {
  readonly #size: number;
  readonly #block: number;
  /** By channel: the normalised value of each sum that a block of bytes can have. */
  readonly #normalized: readonly Float32Array[];

  /** @param size S: 32 or a divisor of it. @throws RangeError for another one. */
  constructor(size: number, { mean, std }: Normalization = CIFAR10_NORMALIZATION) {
    if (IMAGE_SIZE % size !== 0) throw new RangeError(`inputSize ${size} ∤ ${IMAGE_SIZE}`);
    this.#size = size;
    this.#block = IMAGE_SIZE / size;
    const most = 255 * this.#block ** 2;
    this.#normalized = mean.map((center, c) =>
      Float32Array.from({ length: most + 1 }, (_, sum) => (sum / most - center) / (std[c] ?? 1)),
    );
  }

  /**
   * Writes image `n` of [3, S, S, stride].
   * @param pixels [32, 32, 3] bytes.
   */
  write(
    pixels: Uint8Array,
    { dx, dy, flip, cutout }: Augmentation,
    target: Float32Array,
    n: number,
    stride: number,
  ): void {
    const size = this.#size;
    const padding = cropPadding(size);
    const block = this.#block;
    this.#normalized.forEach((normalized, channel) => {
      const black = normalized[0] ?? 0;
      for (let y = 0; y < size; y++) {
        const fromY = y + dy - padding;
        let at = (channel * size + y) * size * stride + n;
        for (let x = 0; x < size; x++, at += stride) {
          if (isInside(cutout, x, y)) {
            target[at] = 0;
            continue;
          }
          const fromX = (flip ? size - 1 - x : x) + dx - padding;
          if (fromY < 0 || fromY >= size || fromX < 0 || fromX >= size) {
            target[at] = black;
            continue;
          }
          let sum = 0;
          for (let j = 0; j < block; j++) {
            let byte = ((fromY * block + j) * IMAGE_SIZE + fromX * block) * 3 + channel;
            for (let i = 0; i < block; i++, byte += 3) sum += pixels[byte] ?? 0;
          }
          target[at] = normalized[sum] ?? 0;
        }
      }
    });
  }
}
