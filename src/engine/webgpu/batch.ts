/**
 * The images and labels of the current step on the GPU, shared by every network that trains on them. A batch that is
 * split lies there one micro-batch at a time: gathered from the dataset, or copied from what was uploaded, just before
 * its pass.
 */
import type { BatchShape, EngineBatch, Gather } from '../api.ts';
import type { ResidentName } from '../plan/buffers.ts';
import { splitBatch } from '../plan/splitBatch.ts';
import type { Gpu } from './device.ts';
import { type GatherBuffers, GatherDispatches } from './gatherDispatches.ts';
import { ImageMixer } from './imageMixer.ts';
import {
  DRAWN_BYTES,
  GATHER_BYTES,
  packDrawn,
  packGather,
} from './kernels/gatherBatch/gatherBatch.ts';

/** Puts a step's images into place, micro-batch by micro-batch. */
export interface Fill {
  /** Records what comes before the pass of a micro-batch. */
  prepare(encoder: GPUCommandEncoder, microBatch: number): void;
  /** Records what comes first in its pass. */
  encode(pass: GPUComputePassEncoder, microBatch: number): void;
}

/** The batch as uploaded: it is in place, or is copied there. */
interface Uploaded {
  readonly images: GPUBuffer;
  readonly labels: GPUBuffer;
}

export class Batch implements EngineBatch {
  readonly shape: BatchShape;
  /** Images of each micro-batch, in order. */
  readonly parts: readonly number[];
  readonly #gpu: Gpu;
  readonly #buffers: GatherBuffers;
  /** The `gather` uniforms of all micro-batches; null if there is only one. */
  readonly #gatherList: GPUBuffer | null;
  readonly #gatherDispatches: GatherDispatches;
  /** Made with the first step that mixes images. */
  #mixer: ImageMixer | null = null;
  /** Per micro-batch; made at the first upload to a split batch. */
  #uploaded: readonly Uploaded[] = [];

  constructor(gpu: Gpu, shape: BatchShape) {
    const { batchSize, microBatchSize = batchSize } = shape;
    this.#gpu = gpu;
    this.shape = shape;
    this.parts = splitBatch(batchSize, microBatchSize);
    const most = this.parts[0] ?? batchSize;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const make = (label: string, size: number, usage = storage) =>
      gpu.device.createBuffer({ label, size, usage });
    this.#buffers = {
      images: make('images', most * this.#imageFloats * 4),
      labels: make('labels', most * 4),
      drawn: make('drawn', batchSize * DRAWN_BYTES),
      gather: make('gather', GATHER_BYTES, uniform),
    };
    this.#gatherList =
      this.parts.length === 1 ? null : make('gather list', this.parts.length * GATHER_BYTES);
    this.#gatherDispatches = new GatherDispatches(gpu, shape, this.#buffers);
  }

  /** What a network's program binds but does not own. */
  get lent(): ReadonlyMap<ResidentName, GPUBuffer> {
    const { images, labels } = this.#buffers;
    return new Map([
      ['images', images],
      ['labels', labels],
    ]);
  }

  /**
   * Uploads images [rows, 3, S, S], already normalised, and their labels; rows past the last are zero.
   * @throws RangeError when the sizes do not fit.
   */
  upload(images: Float32Array, labels: Int32Array | Uint8Array): void {
    const { batchSize } = this.shape;
    const pixels = this.#imageFloats;
    const rows = labels.length;
    if (rows > batchSize || images.length !== rows * pixels) {
      throw new RangeError(`${images.length} values do not make ${rows} of ${batchSize} images`);
    }
    const { queue } = this.#gpu.device;
    const targets = this.#uploadTargets();
    let first = 0;
    for (const [part, count] of this.parts.entries()) {
      const target = targets[part];
      if (target === undefined) throw new Error(`micro-batch ${part} has no place`);
      const own = images.subarray(first * pixels, (first + count) * pixels);
      const padded = new Uint32Array(count);
      padded.set(labels.subarray(first, first + count));
      queue.writeBuffer(target.images, 0, imageInnermost(own, count, pixels));
      queue.writeBuffer(target.labels, 0, padded);
      first += count;
    }
  }

  /**
   * Writes what filling needs; takes effect with the next submit.
   * @param gather left out: the batch as uploaded.
   * @param mixup weight of each image where it is mixed with the one before it; left out: it is not.
   */
  fill(gather: Gather | undefined, mixup?: number): Fill {
    const fill = gather === undefined ? this.#fillByCopy() : this.#fillByGather(gather);
    if (mixup === undefined) return fill;
    this.#mixer ??= new ImageMixer(this.#gpu, this.shape, this.#buffers);
    this.#mixer.write(mixup);
    const mixer = this.#mixer;
    return {
      prepare: fill.prepare,
      encode: (pass, microBatch) => {
        fill.encode(pass, microBatch);
        mixer.encode(pass, this.parts[microBatch] ?? 0);
      },
    };
  }

  destroy(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
    this.#gatherList?.destroy();
    this.#mixer?.destroy();
    for (const { images, labels } of this.#uploaded) {
      images.destroy();
      labels.destroy();
    }
  }

  #fillByCopy(): Fill {
    const { images, labels } = this.#buffers;
    return {
      prepare: (encoder, microBatch) => {
        const source = this.#uploaded[microBatch];
        if (source === undefined) return;
        encoder.copyBufferToBuffer(source.images, 0, images, 0, source.images.size);
        encoder.copyBufferToBuffer(source.labels, 0, labels, 0, source.labels.size);
      },
      encode: () => undefined,
    };
  }

  #fillByGather(gathered: Gather): Fill {
    const { dataset, indices, augment } = gathered;
    const { batchSize, inputSize } = this.shape;
    const { queue } = this.#gpu.device;
    const { gather } = this.#buffers;
    const list = this.#gatherList;
    queue.writeBuffer(this.#buffers.drawn, 0, packDrawn(gathered, batchSize, inputSize));
    const uniforms = new Uint8Array(this.parts.length * GATHER_BYTES);
    let firstImage = 0;
    for (const [part, count] of this.parts.entries()) {
      const rows = Math.max(0, Math.min(count, indices.length - firstImage));
      const values = packGather({ rows, firstImage, cutout: augment.cutout });
      uniforms.set(new Uint8Array(values), part * GATHER_BYTES);
      firstImage += count;
    }
    queue.writeBuffer(list ?? gather, 0, uniforms);
    return {
      prepare: (encoder, microBatch) => {
        if (list === null) return;
        encoder.copyBufferToBuffer(list, microBatch * GATHER_BYTES, gather, 0, GATHER_BYTES);
      },
      encode: (pass, microBatch) => {
        const images = this.parts[microBatch] ?? 0;
        this.#gatherDispatches.encode(pass, dataset, images);
      },
    };
  }

  /** Where each micro-batch's upload goes: straight into place if there is one only. */
  #uploadTargets(): readonly Uploaded[] {
    if (this.parts.length === 1) return [this.#buffers];
    if (this.#uploaded.length === 0) {
      const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const make = (label: string, floats: number) =>
        this.#gpu.device.createBuffer({ label, size: floats * 4, usage });
      this.#uploaded = this.parts.map((count) => ({
        images: make('uploaded images', count * this.#imageFloats),
        labels: make('uploaded labels', count),
      }));
    }
    return this.#uploaded;
  }

  get #imageFloats(): number {
    return 3 * this.shape.inputSize ** 2;
  }
}

/** [N, C·H·W] to [C·H·W, N], the engine's layout; images past the last are zero. */
function imageInnermost(
  images: Float32Array,
  count: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  const rows = images.length / pixels;
  const transposed = new Float32Array(count * pixels);
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < pixels; i++) transposed[i * count + n] = images[n * pixels + i] ?? 0;
  }
  return transposed;
}
