/** The dispatches that gather images from a dataset: made at the first step that uses them, then kept. */
import type { BatchShape, EngineDataset } from '../api.ts';
import { DatasetBuffers } from './datasetBuffers.ts';
import type { Gpu } from './device.ts';
import { gatherBatch } from './kernels/gatherBatch/gatherBatch.ts';

/** Shared by all gathers into one batch. */
export interface GatherBuffers {
  readonly images: GPUBuffer;
  readonly labels: GPUBuffer;
  readonly drawn: GPUBuffer;
  readonly gather: GPUBuffer;
}

interface GatherDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

export class GatherDispatches {
  readonly #gpu: Gpu;
  readonly #shape: Pick<BatchShape, 'inputSize' | 'normalization'>;
  readonly #buffers: GatherBuffers;
  /** Per dataset and number of images. */
  readonly #known = new WeakMap<DatasetBuffers, Map<number, GatherDispatch[]>>();

  constructor(
    gpu: Gpu,
    shape: Pick<BatchShape, 'inputSize' | 'normalization'>,
    buffers: GatherBuffers,
  ) {
    this.#gpu = gpu;
    this.#shape = shape;
    this.#buffers = buffers;
  }

  /** Records the gather of a micro-batch of `images` images. @throws TypeError for a dataset of another engine. */
  encode(pass: GPUComputePassEncoder, dataset: EngineDataset, images: number): void {
    for (const { pipeline, bindGroup, workgroups } of this.#of(dataset, images)) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  }

  #of(dataset: EngineDataset, images: number): GatherDispatch[] {
    if (!(dataset instanceof DatasetBuffers)) throw new TypeError('a dataset of another engine');
    const known = this.#known.get(dataset) ?? new Map<number, GatherDispatch[]>();
    this.#known.set(dataset, known);
    let dispatches = known.get(images);
    if (dispatches === undefined) {
      dispatches = dataset.shards.map((_, shard) => this.#make(dataset, shard, images));
      known.set(images, dispatches);
    }
    return dispatches;
  }

  #make(dataset: DatasetBuffers, shard: number, batch: number): GatherDispatch {
    const { device } = this.#gpu;
    const buffers = dataset.shards[shard];
    if (buffers === undefined) throw new RangeError('no such shard');
    const { imagesPerShard } = dataset;
    const { inputSize, normalization } = this.#shape;
    const call = gatherBatch(
      { batch, inputSize, normalization, imagesPerShard, shard },
      { pixels: buffers.pixels, shardLabels: buffers.labels, ...this.#buffers },
    );
    const module = device.createShaderModule({ label: call.kernel, code: call.code });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const entries = call.bindings.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const layout = pipeline.getBindGroupLayout(0);
    const bindGroup = device.createBindGroup({ layout, entries });
    return { pipeline, bindGroup, workgroups: call.workgroups };
  }
}
