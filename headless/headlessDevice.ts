/** The device of a command, with all its calls counted. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { EngineDevice } from '../src/engine/api.ts';
import { chooseArithmetic, supportsFast } from '../src/engine/cpu/arithmetic.ts';
import { CpuDevice } from '../src/engine/cpu/cpuDevice.ts';
import { MOST_THREADS } from '../src/engine/cpu/threads/mostThreads.ts';
import { openNodeThread } from '../src/engine/cpu/threads/nodeThreads.ts';
import { acquireGpu } from '../src/engine/webgpu/device.ts';
import { WebGpuDevice } from '../src/engine/webgpu/webGpuDevice.ts';
import { type CallCounts, countCalls } from './counting.ts';
import type { EngineOptions } from './engineOptions.ts';
import { HeadlessError } from './files.ts';
import { nodeGpu } from './gpu.ts';
import { note } from './note.ts';

export interface HeadlessDevice {
  readonly device: EngineDevice;
  readonly engine: 'webgpu' | 'cpu';
  /** Null where nothing goes through a `GPUDevice`. */
  readonly counts: CallCounts | null;
}

const opened = new Map<string, Promise<HeadlessDevice>>();

/**
 * The device of this process, opened when first asked for, or again after it was lost. A process that runs several
 * commands, as the tests do, compiles each pipeline once.
 */
export function headlessDevice(options: EngineOptions): Promise<HeadlessDevice> {
  const key = JSON.stringify(options);
  const known = opened.get(key);
  if (known !== undefined) return known;
  const device = open(options);
  opened.set(key, device);
  const forget = () => opened.delete(key);
  device.then(({ device: { lost } }) => lost.then(forget), forget);
  return device;
}

async function open(options: EngineOptions): Promise<HeadlessDevice> {
  if (options.engine === 'cpu') return openProcessor(options);
  if (options.engine === 'webgpu') return openGpu();
  try {
    const found = await openGpu();
    if (!found.device.adapter.isSoftware) return found;
    found.device.destroy();
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
  }
  return openProcessor(options);
}

async function openGpu(): Promise<HeadlessDevice> {
  const { gpu: entry, adapter } = await nodeGpu();
  const gpu = await acquireGpu(entry, adapter);
  note(`adapter: ${gpu.adapter.name}`);
  const counts = countCalls(gpu.device);
  return { device: new WebGpuDevice(gpu), engine: 'webgpu', counts };
}

/** @throws HeadlessError for fast arithmetic where there is none. */
function openProcessor({ threads, arithmetic: choice }: EngineOptions): HeadlessDevice {
  // Node 20 has relaxed SIMD behind a flag.
  if (choice !== 'exact') setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (choice === 'fast' && !supportsFast()) {
    throw new HeadlessError('fast arithmetic: this Node has no relaxed SIMD in WebAssembly');
  }
  const arithmetic = chooseArithmetic(choice ?? 'auto');
  const count = threads ?? Math.min(MOST_THREADS, availableParallelism());
  const workers = Array.from({ length: count - 1 }, openNodeThread);
  const device = new CpuDevice({ workers, arithmetic });
  note(`${device.adapter.name}, ${arithmetic} arithmetic`);
  return { device, engine: 'cpu', counts: null };
}
