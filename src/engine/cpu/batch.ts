/** The images and labels of the current step, shared by every network that trains on them. */
import { augmentation } from '../../data/augmentation.ts';
import { LABEL_BASE } from '../../data/mixup.ts';
import type { BatchShape, EngineBatch, Gather } from '../api.ts';
import { splitBatch } from '../plan/splitBatch.ts';
import { CpuDataset } from './dataset.ts';
import { pixelBytes } from './kernels/plane.ts';
import { ImageGatherer } from './scalar/gatherImage.ts';

/** A micro-batch: images [3, S, S, N4], surplus ones 0, and labels [N]. */
interface BatchPart {
  readonly images: Float32Array;
  readonly labels: Uint32Array;
  readonly stride: number;
}

export class CpuBatch implements EngineBatch {
  /** In order. */
  readonly parts: readonly BatchPart[];
  readonly #gatherer: ImageGatherer;

  constructor(readonly shape: BatchShape) {
    const { batchSize, inputSize, microBatchSize = batchSize, normalization } = shape;
    this.#gatherer = new ImageGatherer(inputSize, normalization);
    this.parts = splitBatch(batchSize, microBatchSize).map((images) => {
      const stride = pixelBytes({ batch: images }) / 4;
      return {
        images: new Float32Array(3 * inputSize ** 2 * stride),
        labels: new Uint32Array(images),
        stride,
      };
    });
  }

  upload(images: Float32Array, labels: Int32Array | Uint8Array): void {
    const { batchSize, inputSize } = this.shape;
    const values = 3 * inputSize ** 2;
    if (labels.length > batchSize || images.length !== labels.length * values) {
      throw new RangeError(
        `${images.length} values do not make ${labels.length} of ${batchSize} images`,
      );
    }
    this.#forEach((part, n, place) => {
      const isThere = place < labels.length;
      part.labels[n] = isThere ? (labels[place] ?? 0) : 0;
      for (let i = 0; i < values; i++) {
        part.images[i * part.stride + n] = isThere ? (images[place * values + i] ?? 0) : 0;
      }
    });
  }

  /** Images that are not asked for become 0. @throws RangeError when one has not arrived. */
  gather(gather: Gather): void {
    const { dataset, indices } = gather;
    if (!(dataset instanceof CpuDataset)) throw new TypeError('a dataset of another engine');
    const { inputSize } = this.shape;
    this.#forEach((part, n, place) => {
      const index = indices[place];
      if (index === undefined) {
        part.labels[n] = 0;
        for (let i = n; i < part.images.length; i += part.stride) part.images[i] = 0;
        return;
      }
      const { pixels, label } = dataset.image(index);
      const change = augmentation(gather, place, inputSize);
      this.#gatherer.write(pixels, change, part.images, n, part.stride);
      part.labels[n] = label;
    });
  }

  /**
   * Mixes every image of a micro-batch with the one before it, the first with the last, and makes pairs of their labels.
   * @param weight of an image; the one before it has the rest.
   */
  mix(weight: number): void {
    const rest = Math.fround(1 - weight);
    for (const { images, labels, stride } of this.parts) {
      const last = labels.length - 1;
      for (let row = 0; row < images.length; row += stride) {
        const end = images[row + last] ?? 0;
        for (let n = last; n >= 0; n--) {
          const before = n === 0 ? end : (images[row + n - 1] ?? 0);
          images[row + n] = weight * (images[row + n] ?? 0) + rest * before;
        }
      }
      const before = [labels.at(-1) ?? 0, ...labels.subarray(0, -1)];
      for (const [n, label] of before.entries()) labels[n] = (labels[n] ?? 0) + LABEL_BASE * label;
    }
  }

  destroy(): void {}

  /** Image n of each part, and its place in the batch. */
  #forEach(visit: (part: BatchPart, n: number, place: number) => void): void {
    let place = 0;
    for (const part of this.parts) {
      for (let n = 0; n < part.labels.length; n++) visit(part, n, place++);
    }
  }
}
