/**
 * WebGPU in Node, by the `webgpu` package (Dawn). Where no driver serves it, a software Vulkan driver is looked for:
 * Chromium's SwiftShader, then Mesa's llvmpipe.
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from '../scripts/lib/chromium.mjs';
import { describe } from '../src/engine/webgpu/device.ts';

const SWIFTSHADER_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
];
const VULKAN_DRIVER_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

const NO_ADAPTER =
  'No WebGPU adapter: neither a GPU driver nor a software Vulkan driver was found. ' +
  'Install Chromium (its SwiftShader driver is used) or Mesa 24+, and the Vulkan loader; on Debian: ' +
  'apt-get install chromium libvulkan1, or mesa-vulkan-drivers libvulkan1. Or name a driver in VK_ICD_FILENAMES.';

/** Dawn's instance dies with its JavaScript object, under the devices made from it: it must not be collected. */
const instances: GPU[] = [];

/** Paths of the software Vulkan drivers on this machine, SwiftShader first. */
export async function softwareDrivers(): Promise<string[]> {
  // Playwright's Chromium lies in no usual place.
  const chromium = await findChromium();
  const folders = chromium === null ? [] : [dirname(realpathSync(chromium))];
  const swiftShader = [...SWIFTSHADER_FOLDERS, ...folders].map((folder) =>
    join(folder, 'vk_swiftshader_icd.json'),
  );
  const mesa = VULKAN_DRIVER_FOLDERS.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => /^lvp_icd.*\.json$/.test(file))
      .map((file) => join(folder, file)),
  );
  return [...swiftShader.filter(existsSync), ...mesa];
}

const NAP_MS = 1;
const never = new Int32Array(new SharedArrayBuffer(4));
let napping = false;

/**
 * While anything is awaited from the GPU, the `webgpu` package polls in every turn of the event loop and keeps a core
 * busy, one that a software driver would compute on. From now on every turn sleeps a moment.
 */
function leaveCoresToDriver(): void {
  if (napping) return;
  napping = true;
  const nap = () => {
    Atomics.wait(never, 0, 0, NAP_MS);
    setImmediate(nap).unref();
  };
  setImmediate(nap).unref();
}

/**
 * The `GPU` object of Node, and an adapter of it. Installs WebGPU's globals (`GPUBufferUsage`, …).
 * @param backend `null` executes nothing: for measuring what issuing a step costs the CPU.
 * @param toggles of Dawn, to be enabled beside the engine's own.
 * @throws Error saying how to get an adapter, when there is none.
 */
export async function nodeGpu(
  backend: 'default' | 'null' = 'default',
  toggles: readonly string[] = [],
): Promise<{ gpu: GPU; adapter: GPUAdapter }> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const features = [
    // Timestamps as exact as the driver has them: pages get them rounded to about 0.1 ms.
    'disable-dawn-features=timestamp_quantization',
    // Dawn hides `shader-f16` of NVIDIA's Vulkan drivers before 615.71, some of which fail WebGPU's own tests
    // (crbug.com/42251215).
    `enable-dawn-features=${['vulkan_enable_f16_on_nvidia', ...toggles].join(',')}`,
  ];
  const options = backend === 'null' ? ['backend=null'] : features;
  const request = async () => {
    const gpu = create(options);
    instances.push(gpu);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return null;
    if (describe(adapter.info).isSoftware) leaveCoresToDriver();
    return { gpu, adapter };
  };
  const found = await request();
  if (found !== null) return found;
  if (process.env.VK_ICD_FILENAMES === undefined && process.env.VK_DRIVER_FILES === undefined) {
    for (const driver of await softwareDrivers()) {
      // The Vulkan loader reads this at every instance's creation.
      process.env.VK_ICD_FILENAMES = driver;
      const software = await request();
      if (software !== null) return software;
    }
    delete process.env.VK_ICD_FILENAMES;
  }
  throw new Error(NO_ADAPTER);
}
