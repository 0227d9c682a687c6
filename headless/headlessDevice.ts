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

let opened: Promise<HeadlessDevice> | null = null;

/**
 * The device of this process, opened when first asked for, or again after it was lost. A process that runs several
 * commands, as the tests do, compiles each pipeline once.
 */
export function headlessDevice(): Promise<HeadlessDevice> {
  opened ??= open();
  return opened;
}

async function open(): Promise<HeadlessDevice> {
  const { gpu: entry, adapter } = await nodeGpu();
  const gpu = await acquireGpu(entry, adapter);
  void gpu.lost.then(() => {
    opened = null;
  });
  note(`adapter: ${gpu.adapter.name}`);
  return { device: new WebGpuDevice(gpu), counts: countCalls(gpu.device) };
}
