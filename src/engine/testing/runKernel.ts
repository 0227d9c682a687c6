/** Runs single kernels in Node, for their tests. */
import type { KernelCall } from '../webgpu/kernels/kernel.ts';
import { pipelineOf } from '../webgpu/pipelines.ts';
import { testDevice } from './sharedGpu.ts';

export { testDevice } from './sharedGpu.ts';

export type Data = Float32Array | Uint32Array | Int32Array | Uint16Array;

/**
 * Runs `calls` one after the other. Arrays bound more than once are one buffer; every array holds its buffer's content
 * afterwards. Throws the first validation or compilation error.
 */
export async function runKernels(...calls: KernelCall<Data>[]): Promise<void> {
  const device = await testDevice();
  const pipelines = await Promise.all(
    calls.map(async (call) => ({
      ...call,
      pipeline: await pipelineOf(device, call.kernel, call.code),
    })),
  );
  device.pushErrorScope('validation');
  const arrays = [...new Set(calls.flatMap((call) => call.bindings))];
  // A kernel may bind any of them as a uniform.
  const usage =
    GPUBufferUsage.STORAGE |
    GPUBufferUsage.UNIFORM |
    GPUBufferUsage.COPY_SRC |
    GPUBufferUsage.COPY_DST;
  const buffers = new Map(
    arrays.map((array) => {
      const buffer = device.createBuffer({ size: array.byteLength, usage });
      device.queue.writeBuffer(buffer, 0, array);
      return [array, buffer];
    }),
  );
  const bufferOf = (array: Data): GPUBuffer => {
    const buffer = buffers.get(array);
    if (buffer === undefined) throw new Error('unbound array');
    return buffer;
  };
  const encoder = device.createCommandEncoder();
  for (const { pipeline, bindings, workgroups } of pipelines) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: bindings.map((array, binding) => ({
          binding,
          resource: { buffer: bufferOf(array) },
        })),
      }),
    );
    pass.dispatchWorkgroups(...workgroups);
    pass.end();
  }
  const readbacks = arrays.map((array) => {
    const readback = device.createBuffer({
      size: array.byteLength,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
    encoder.copyBufferToBuffer(bufferOf(array), 0, readback, 0, array.byteLength);
    return { array, readback };
  });
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  if (error !== null) throw new Error(error.message);
  await Promise.all(readbacks.map(({ readback }) => readback.mapAsync(GPUMapMode.READ)));
  for (const { array, readback } of readbacks) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
      new Uint8Array(readback.getMappedRange()),
    );
    readback.destroy();
  }
  for (const buffer of buffers.values()) buffer.destroy();
}

/** Reproducible values in (-1, 1) for tests. */
export function randomArray(length: number, seed: number): Float32Array {
  let state = seed * 2654435761 + 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Largest |a - b| over the larger of `floor` and the largest |b|. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>, floor = 1e-12): number {
  let worst = 0;
  let scale = floor;
  for (let i = 0; i < b.length; i++) {
    worst = Math.max(worst, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
    scale = Math.max(scale, Math.abs(b[i] ?? 0));
    if (Number.isNaN(a[i])) return Number.POSITIVE_INFINITY;
  }
  return worst / scale;
}
