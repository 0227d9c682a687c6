import { expect, it } from 'vitest';
import { countCalls } from './counting.ts';
import { nodeGpu } from './gpu.ts';

it('counts dispatches, submits, bind groups, buffers and bytes of a real device', async () => {
  const { adapter } = await nodeGpu();
  const device = await adapter.requestDevice();
  const counts = countCalls(device);
  const usage = GPUBufferUsage.STORAGE;
  const small = device.createBuffer({ size: 64, usage });
  const buffer = device.createBuffer({ size: 1024, usage });
  small.destroy();
  small.destroy();
  device.createBuffer({ size: 32, usage });

  const code =
    '@group(0) @binding(0) var<storage, read_write> a: array<u32>;' +
    '@compute @workgroup_size(1) fn main() { a[0] = 1u; }';
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const layout = pipeline.getBindGroupLayout(0);
  const bindGroup = device.createBindGroup({
    layout,
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const encoder = device.createCommandEncoder();
  for (let i = 0; i < 2; i++) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(1);
    pass.dispatchWorkgroups(2, 1, 1);
    pass.end();
  }
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();

  expect(counts).toEqual({
    dispatches: 4,
    submits: 1,
    bindGroupsCreated: 1,
    buffersCreated: 3,
    gpuBytes: 1056,
    peakGpuBytes: 1088,
  });
  device.destroy();
});
