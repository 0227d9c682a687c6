/** The dispatches that mix a batch's images: made at the first step that does, then kept. */
import type { BatchShape } from '../api.ts';
import type { Gpu } from './device.ts';
import { MIX_BYTES, mixImages, packMix } from './kernels/mixImages/mixImages.ts';

interface Mix {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

export class ImageMixer {
  readonly #gpu: Gpu;
  readonly #inputSize: number;
  readonly #buffers: Readonly<Record<'images' | 'labels' | 'weight', GPUBuffer>>;
  /** By the number of images. */
  readonly #known = new Map<number, Mix>();

  constructor(
    gpu: Gpu,
    { inputSize }: Pick<BatchShape, 'inputSize'>,
    { images, labels }: Readonly<Record<'images' | 'labels', GPUBuffer>>,
  ) {
    this.#gpu = gpu;
    this.#inputSize = inputSize;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const weight = gpu.device.createBuffer({ label: 'mixup', size: MIX_BYTES, usage });
    this.#buffers = { images, labels, weight };
  }

  /** Sets an image's weight. Takes effect with the next submit. */
  write(weight: number): void {
    this.#gpu.device.queue.writeBuffer(this.#buffers.weight, 0, packMix(weight));
  }

  /** Records the mixing of a micro-batch of `images` images. */
  encode(pass: GPUComputePassEncoder, images: number): void {
    const known = this.#known.get(images) ?? this.#make(images);
    this.#known.set(images, known);
    pass.setPipeline(known.pipeline);
    pass.setBindGroup(0, known.bindGroup);
    pass.dispatchWorkgroups(...known.workgroups);
  }

  destroy(): void {
    this.#buffers.weight.destroy();
  }

  #make(batch: number): Mix {
    const { device } = this.#gpu;
    const call = mixImages({ batch, inputSize: this.#inputSize }, this.#buffers);
    const module = device.createShaderModule({ label: call.kernel, code: call.code });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const entries = call.bindings.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const layout = pipeline.getBindGroupLayout(0);
    const bindGroup = device.createBindGroup({ layout, entries });
    return { pipeline, bindGroup, workgroups: call.workgroups };
  }
}
