/** The adapter's speed, measured with the kernel that training spends its time in. */

import { macs } from '../plan/geometry.ts';
import type { Gpu } from './device.ts';
import { convForward } from './kernels/convForward/convForward.ts';
import type { ConvShape } from './kernels/convForward/shape.ts';
import { pipelineOf } from './pipelines.ts';

const SHAPE: ConvShape = {
  batch: 32,
  inChannels: 16,
  inHeight: 16,
  inWidth: 16,
  outChannels: 16,
  kernel: 3,
  stride: 1,
  padding: 1,
};

/**
 * GFLOP/s (a multiply-add counts two) of a 3×3 convolution, 16 channels, 16×16, batch 32. Repeats it more and more often
 * until one round takes a fifth of `budgetMs`, so that launch overhead does not count on a fast adapter.
 */
export async function measureAdapter({ device }: Gpu, budgetMs = 500): Promise<number> {
  const floats = (shape: ConvShape) => shape.batch * 16 * 16 * 16;
  const usage = GPUBufferUsage.STORAGE;
  const buffer = (size: number) => device.createBuffer({ size: 4 * size, usage });
  const input = buffer(floats(SHAPE));
  const output = buffer(floats(SHAPE));
  const weight = buffer(16 * 9 * 16);
  const call = convForward(SHAPE, { input, weight, bias: null, output });
  const pipeline = await pipelineOf(device, call.kernel, call.code);
  const entries = call.bindings.map((part, binding) => ({ binding, resource: { buffer: part } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const round = async (repeats: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(...call.workgroups);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  const begin = performance.now();
  await round(1);
  let repeats = 1;
  let ms = await round(repeats);
  while (ms < budgetMs / 5 && performance.now() - begin < budgetMs && repeats < 4096) {
    repeats *= 4;
    ms = await round(repeats);
  }
  for (const part of [input, output, weight]) part.destroy();
  return (2 * macs(SHAPE) * repeats) / ms / 1e6;
}
