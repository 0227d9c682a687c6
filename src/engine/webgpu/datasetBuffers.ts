/** One split's images on the GPU, as bytes: 3,072 an image, in shards that stay under the binding limit. */
import { IMAGE_BYTES, type ImageChunk } from '../../data/types.ts';
import type { EngineDataset } from '../api.ts';
import type { Gpu } from './device.ts';

/** WebGPU's guaranteed storage binding is 128 MiB; all of CIFAR-10's training images are 154 MB. */
const SHARD_BYTES = 96 * 1024 * 1024;

interface DatasetShard {
  readonly pixels: GPUBuffer;
  /** One u32 an image. */
  readonly labels: GPUBuffer;
}

export class DatasetBuffers implements EngineDataset {
  readonly shards: readonly DatasetShard[];
  readonly imagesPerShard: number;
  readonly gpuBytes: number;
  readonly #gpu: Gpu;
  #uploaded = 0;

  /** @param count images that will be appended, at most. */
  constructor(gpu: Gpu, count: number) {
    this.#gpu = gpu;
    const perShard = Math.min(Math.max(1, count), Math.floor(SHARD_BYTES / IMAGE_BYTES));
    this.imagesPerShard = perShard;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.shards = Array.from({ length: Math.ceil(Math.max(1, count) / perShard) }, () => ({
      pixels: gpu.device.createBuffer({ label: 'pixels', size: perShard * IMAGE_BYTES, usage }),
      labels: gpu.device.createBuffer({ label: 'pixel labels', size: perShard * 4, usage }),
    }));
    this.gpuBytes = this.shards.length * perShard * (IMAGE_BYTES + 4);
  }

  /** Images 0 … uploaded − 1 are in place. */
  get uploaded(): number {
    return this.#uploaded;
  }

  /** @throws RangeError when the chunk does not follow on the last, or is past the count given at creation. */
  append({ start, count, pixels, labels }: ImageChunk): void {
    if (start !== this.#uploaded) throw new RangeError(`chunk ${start} follows ${this.#uploaded}`);
    if (start + count > this.shards.length * this.imagesPerShard) {
      throw new RangeError(`${start + count} images do not fit`);
    }
    const { queue } = this.#gpu.device;
    for (let done = 0; done < count; ) {
      const shard = this.shards[Math.floor((start + done) / this.imagesPerShard)];
      const within = (start + done) % this.imagesPerShard;
      const fits = Math.min(count - done, this.imagesPerShard - within);
      if (shard === undefined) throw new RangeError('no such shard');
      const bytes = pixels.slice(done * IMAGE_BYTES, (done + fits) * IMAGE_BYTES);
      queue.writeBuffer(shard.pixels, within * IMAGE_BYTES, bytes);
      queue.writeBuffer(
        shard.labels,
        within * 4,
        Uint32Array.from(labels.slice(done, done + fits)),
      );
      done += fits;
    }
    this.#uploaded += count;
  }

  destroy(): void {
    for (const { pixels, labels } of this.shards) {
      pixels.destroy();
      labels.destroy();
    }
  }
}
