/** The images and labels of the current step, shared by every network that trains on them. */
import {
  add,
  concat,
  mul,
  scalar,
  slice,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { LABEL_BASE } from '../../data/mixup.ts';
import { referenceBatch } from '../../data/referenceBatch.ts';
import type { BatchShape, EngineBatch, Gather } from '../api.ts';
import { TfjsDataset } from './dataset.ts';

export interface BatchTensors {
  /** [N, S, S, 3], normalised. */
  readonly images: Tensor4D;
  /** [N] int32 */
  readonly labels: Tensor1D;
}

export class TfjsBatch implements EngineBatch {
  #tensors: BatchTensors | null = null;

  constructor(readonly shape: BatchShape) {}

  /** @throws Error before anything was uploaded. */
  get tensors(): BatchTensors {
    if (this.#tensors === null) throw new Error('nothing is in the batch');
    return this.#tensors;
  }

  upload(images: Float32Array, labels: Int32Array | Uint8Array): void {
    const { batchSize, inputSize } = this.shape;
    const pixels = inputSize * inputSize;
    const rows = labels.length;
    if (rows > batchSize || images.length !== rows * 3 * pixels) {
      throw new RangeError(`${images.length} values do not make ${rows} of ${batchSize} images`);
    }
    // [rows, 3, S·S] to [N, S·S, 3].
    const values = new Float32Array(batchSize * pixels * 3);
    for (let n = 0; n < rows; n++) {
      for (let i = 0; i < pixels; i++) {
        for (let c = 0; c < 3; c++) {
          values[(n * pixels + i) * 3 + c] = images[(n * 3 + c) * pixels + i] ?? 0;
        }
      }
    }
    const padded = new Int32Array(batchSize);
    padded.set(labels);
    this.destroy();
    this.#tensors = {
      images: tensor4d(values, [batchSize, inputSize, inputSize, 3]),
      labels: tensor1d(padded, 'int32'),
    };
  }

  /** Fills the batch from a dataset: the same images, augmented in the same way, as on the GPU. */
  gather({ dataset, indices, firstPosition, ...drawn }: Gather): void {
    if (!(dataset instanceof TfjsDataset)) throw new TypeError('a dataset of another engine');
    const { pixels, labels } = dataset.images(indices);
    const images = referenceBatch({
      pixels,
      indices: Uint32Array.from(indices.keys()),
      drawn: indices,
      inputSize: this.shape.inputSize,
      normalization: this.shape.normalization,
      position: firstPosition,
      ...drawn,
    });
    this.upload(images, labels);
  }

  /** Mixes every image with the one before it, the first with the last, and makes pairs of their labels. */
  mix(weight: number): void {
    const { images, labels } = this.tensors;
    const mixed = tidy(() => ({
      images: add<Tensor4D>(mul(images, weight), mul(rolled(images), 1 - weight)),
      labels: add<Tensor1D>(labels, mul(rolled(labels), scalar(LABEL_BASE, 'int32'))),
    }));
    this.destroy();
    this.#tensors = mixed;
  }

  destroy(): void {
    this.#tensors?.images.dispose();
    this.#tensors?.labels.dispose();
    this.#tensors = null;
  }
}

/** Row n is row n − 1, the first one the last. */
function rolled<T extends Tensor1D | Tensor4D>(rows: T): T {
  const last = rows.shape[0] - 1;
  return concat<T>([slice(rows, last, 1), slice(rows, 0, last)], 0);
}
