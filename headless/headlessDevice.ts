/** The device of a command, with all its calls counted. */
import { type CallCounts, countCalls } from './counting.ts';
import { nodeGpu } from './gpu.ts';
import { note } from './note.ts';
import { acquireGpu, type Gpu } from '../src/engine/webgpu/device.ts';

export interface HeadlessDevice {
  readonly gpu: Gpu;
  readonly counts: CallCounts;
}

/** Opens a device, runs `work`, and gives the device back. */
export async function withHeadlessDevice<T>(
  work: (session: HeadlessDevice) => Promise<T>,
): Promise<T> {
  const { gpu: entry, adapter } = await nodeGpu();
  const gpu = await acquireGpu(entry, adapter);
  try {
    note(`adapter: ${gpu.adapter.name}`);
    return await work({ gpu, counts: countCalls(gpu.device) });
  } finally {
    gpu.device.destroy();
  }
}
