/** The images and labels of the current step on the GPU, shared by every network that trains on them. */

import type { BatchShape, EngineBatch, EngineDataset, Gather, Gpu } from '../api.ts';
import { GATHER_BYTES, gatherBatch, packGather } from '../kernels/gatherBatch/gatherBatch.ts';
import type { ResidentName } from '../plan/buffers.ts';
import { DatasetBuffers } from './datasetBuffers.ts';

interface GatherDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

export class Batch implements EngineBatch {
  readonly shape: BatchShape;
  readonly gpuBytes: number;
  readonly #gpu: Gpu;
  readonly #images: GPUBuffer;
  readonly #labels: GPUBuffer;
  readonly #indices: GPUBuffer;
  readonly #uniform: GPUBuffer;
  /** Per dataset and augmentation; made at the first step that uses them. */
  readonly #dispatches = new WeakMap<DatasetBuffers, Map<string, GatherDispatch[]>>();

  constructor(gpu: Gpu, shape: BatchShape) {
    this.#gpu = gpu;
    this.shape = shape;
    const { batchSize, inputSize } = shape;
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const make = (label: string, size: number, usage = storage) =>
      gpu.device.createBuffer({ label, size, usage });
    const imageBytes = batchSize * 3 * inputSize * inputSize * 4;
    this.#images = make('images', imageBytes);
    this.#labels = make('labels', batchSize * 4);
    this.#indices = make('indices', batchSize * 4);
    this.#uniform = make('gather', GATHER_BYTES, uniform);
    this.gpuBytes = imageBytes + 2 * batchSize * 4 + GATHER_BYTES;
  }

  /** What a network's plan binds but does not own. */
  get lent(): ReadonlyMap<ResidentName, GPUBuffer> {
    return new Map([
      ['images', this.#images],
      ['labels', this.#labels],
    ]);
  }

  /**
   * Uploads images [rows, 3, S, S], already normalised, and their labels; rows past the last are zero.
   * @throws RangeError when the sizes do not fit.
   */
  upload(images: Float32Array, labels: Int32Array | Uint8Array): void {
    const { batchSize, inputSize } = this.shape;
    const pixels = 3 * inputSize * inputSize;
    const rows = labels.length;
    if (rows > batchSize || images.length !== rows * pixels) {
      throw new RangeError(`${images.length} values do not make ${rows} of ${batchSize} images`);
    }
    // [N, C·H·W] to [C·H·W, N], the engine's layout.
    const transposed = new Float32Array(batchSize * pixels);
    for (let n = 0; n < rows; n++) {
      for (let i = 0; i < pixels; i++) {
        transposed[i * batchSize + n] = images[n * pixels + i] ?? 0;
      }
    }
    const padded = new Uint32Array(batchSize);
    padded.set(labels);
    this.#gpu.device.queue.writeBuffer(this.#images, 0, transposed);
    this.#gpu.device.queue.writeBuffer(this.#labels, 0, padded);
  }

  /** Writes what the gather needs and returns what records it. Takes effect with the next submit. */
  gather(request: Gather): (pass: GPUComputePassEncoder) => void {
    const { dataset, indices, firstPosition, augment, seed } = request;
    const { queue } = this.#gpu.device;
    const padded = new Uint32Array(this.shape.batchSize);
    padded.set(indices);
    queue.writeBuffer(this.#indices, 0, padded);
    const values = { firstPosition, seed, rows: indices.length };
    queue.writeBuffer(this.#uniform, 0, packGather(values));
    const dispatches = this.#dispatchesFor(dataset, augment);
    return (pass) => {
      for (const { pipeline, bindGroup, workgroups } of dispatches) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(...workgroups);
      }
    };
  }

  destroy(): void {
    for (const buffer of [this.#images, this.#labels, this.#indices, this.#uniform]) {
      buffer.destroy();
    }
  }

  #dispatchesFor(dataset: EngineDataset, augment: Gather['augment']): GatherDispatch[] {
    if (!(dataset instanceof DatasetBuffers)) throw new TypeError('a dataset of another engine');
    let known = this.#dispatches.get(dataset);
    if (known === undefined) {
      known = new Map();
      this.#dispatches.set(dataset, known);
    }
    const key = `${augment.crop},${augment.flip}`;
    let dispatches = known.get(key);
    if (dispatches === undefined) {
      dispatches = dataset.shards.map((_, shard) => this.#dispatch(dataset, shard, augment));
      known.set(key, dispatches);
    }
    return dispatches;
  }

  #dispatch(dataset: DatasetBuffers, shard: number, augment: Gather['augment']): GatherDispatch {
    const { device } = this.#gpu;
    const buffers = dataset.shards[shard];
    if (buffers === undefined) throw new RangeError('no such shard');
    const { batchSize: batch, inputSize } = this.shape;
    const { imagesPerShard } = dataset;
    const call = gatherBatch(
      { batch, inputSize, ...augment, imagesPerShard, shard },
      {
        pixels: buffers.pixels,
        shardLabels: buffers.labels,
        indices: this.#indices,
        images: this.#images,
        labels: this.#labels,
        gather: this.#uniform,
      },
    );
    const module = device.createShaderModule({ label: call.kernel, code: call.code });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const entries = call.bindings.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const layout = pipeline.getBindGroupLayout(0);
    const bindGroup = device.createBindGroup({ layout, entries });
    return { pipeline, bindGroup, workgroups: call.workgroups };
  }
}
