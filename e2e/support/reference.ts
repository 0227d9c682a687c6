/** A test page on which Playwright runs reference cases in the browser. */
import { CpuDevice } from '../../src/engine/cpu/cpuDevice.ts';
import { compareCase, disagreements } from '../../src/engine/reference/case.ts';
import { acquireGpu } from '../../src/engine/webgpu/device.ts';
import { WebGpuDevice } from '../../src/engine/webgpu/webGpuDevice.ts';

declare global {
  interface Window {
    /** What disagrees with PyTorch in a case of `reference/`; empty when everything agrees. */
    referenceDisagreements?: (name: string, engine: 'webgpu' | 'cpu') => Promise<string[]>;
  }
}

async function bytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

let webGpu: Promise<WebGpuDevice> | null = null;

const DEVICES = {
  /** One for all cases, which share its compiled kernels. */
  webgpu: () => {
    webGpu ??= acquireGpu(navigator.gpu).then((gpu) => new WebGpuDevice(gpu));
    return webGpu;
  },
  // On one thread: a page's own thread must not wait for others.
  cpu: async () => new CpuDevice({ workers: [], arithmetic: 'exact' }),
};

window.referenceDisagreements = async (name, engine) => {
  const device = await DEVICES[engine]();
  const file = (part: string) => bytes(`/reference/${name}/${part}`);
  const text = async (part: string) => new TextDecoder().decode(await file(part));
  const deviations = await compareCase(device, {
    config: await text('config.json'),
    expected: await text('expected.json'),
    init: await file('init.safetensors'),
    batches: await file('batches.safetensors'),
    final: await file('final.safetensors'),
  });
  if (engine === 'cpu') device.destroy();
  return disagreements(deviations);
};
