/** The device of a command, with all its calls counted. */
import type { EngineDevice } from '../src/engine/api.ts';
import { type CallCounts, countCalls } from './counting.ts';
import { nodeGpu } from './gpu.ts';
import { note } from './note.ts';
import { acquireGpu } from '../src/engine/webgpu/device.ts';
import { WebGpuDevice } from '../src/engine/webgpu/webGpuDevice.ts';

export interface HeadlessDevice {
  readonly device: EngineDevice;
  readonly counts: CallCounts;
}

/** Opens a device, runs `work`, and gives the device back. */
export async function withHeadlessDevice<T>(
  work: (opened: HeadlessDevice) => Promise<T>,
): Promise<T> {
  const { gpu: entry, adapter } = await nodeGpu();
  const gpu = await acquireGpu(entry, adapter);
  const device = new WebGpuDevice(gpu);
  try {
    note(`adapter: ${device.adapter.name}`);
    return await work({ device, counts: countCalls(gpu.device) });
  } finally {
    device.destroy();
  }
}
