/** Where an engine gets its adapter from; everything that it does with its device is counted. */
import { type CallCounts, countCalls } from '../headless/counting.ts';

export interface BenchDevices {
  /** @throws Error for an engine on the processor. */
  readonly gpu: GPU;
  /** A fresh adapter: each gives one device. */
  adapter(): Promise<GPUAdapter>;
  /** Of the engine's device, rising. @throws Error while it has none. */
  readonly counts: CallCounts;
  /** @throws Error with the first that the device refused: what is refused is not done, and is fast. */
  checkErrors(): void;
}

const NO_CALLS: CallCounts = {
  dispatches: 0,
  submits: 0,
  bindGroupsCreated: 0,
  buffersCreated: 0,
  gpuBytes: 0,
  peakGpuBytes: 0,
};

/** One engine's source of adapters. @param entry null for an engine on the processor. */
export function countedDevices(entry: GPU | null): BenchDevices {
  let counts: CallCounts | null = entry === null ? NO_CALLS : null;
  let refusal: string | null = null;
  const gpu = (): GPU => {
    if (entry === null) throw new Error('an engine on the processor asks for a GPU');
    return entry;
  };
  return {
    get gpu() {
      return gpu();
    },
    async adapter() {
      const adapter = await gpu().requestAdapter({ powerPreference: 'high-performance' });
      if (adapter === null) throw new Error('The adapter that was there is gone.');
      const requestDevice = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await requestDevice(descriptor);
        counts = countCalls(device);
        device.addEventListener('uncapturederror', (event) => {
          event.preventDefault();
          refusal ??= event.error.message;
        });
        return device;
      };
      return adapter;
    },
    get counts() {
      if (counts === null) throw new Error('the engine has taken no device');
      return counts;
    },
    checkErrors() {
      if (refusal !== null) throw new Error(`The device refused: ${refusal.split('\n')[0]}`);
    },
  };
}

/** Provides the `navigator.gpu` that packages made for browsers look for. */
export function setNavigator(gpu: Pick<GPU, 'requestAdapter'>): void {
  const value = { gpu, userAgent: 'Node.js' };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
}
