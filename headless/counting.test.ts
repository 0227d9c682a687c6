import { expect, it } from 'vitest';
import { countCalls } from './counting.ts';
import { nodeGpu } from './gpu.ts';

it('counts dispatches, submits, buffers and bytes of a real device', async () => {
  const { adapter } = await nodeGpu();
  const device = await adapter.requestDevice();
  const counts = countCalls(device);
  const usage = GPUBufferUsage.STORAGE;
  const small = device.createBuffer({ size: 64, usage });
  device.createBuffer({ size: 1024, usage });
  small.destroy();
  small.destroy();
  device.createBuffer({ size: 32, usage });

  const module = device.createShaderModule({ code: '@compute @workgroup_size(1) fn main() {}' });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  for (let i = 0; i < 2; i++) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.dispatchWorkgroups(1);
    pass.dispatchWorkgroups(2, 1, 1);
    pass.end();
  }
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();

  expect(counts).toEqual({
    dispatches: 4,
    submits: 1,
    buffersCreated: 3,
    gpuBytes: 1056,
    peakGpuBytes: 1088,
  });
  device.destroy();
});
