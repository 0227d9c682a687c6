/** Where an engine gets its adapter from; everything that it does with its device is counted. */
import { type CallCounts, countCalls } from '../headless/counting.ts';

export interface BenchDevices {
  readonly gpu: GPU;
  /** A fresh adapter: each gives one device. */
  adapter(): Promise<GPUAdapter>;
  /** Of the engine's device, rising. @throws Error while it has none. */
  readonly counts: CallCounts;
}

/** One engine's source of adapters. */
export function countedDevices(gpu: GPU): BenchDevices {
  let counts: CallCounts | null = null;
  return {
    gpu,
    async adapter() {
      const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
      if (adapter === null) throw new Error('The adapter that was there is gone.');
      const requestDevice = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await requestDevice(descriptor);
        counts = countCalls(device);
        return device;
      };
      return adapter;
    },
    get counts() {
      if (counts === null) throw new Error('the engine has taken no device');
      return counts;
    },
  };
}
