/** Compute pipelines, one per device and WGSL text: layers of one shape, and runs beside each other, share them. */
import { EngineError } from '../errors.ts';
import { t } from '../../text/t.ts';

const caches = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

function cacheOf(device: GPUDevice): Map<string, Promise<GPUComputePipeline>> {
  let cache = caches.get(device);
  if (cache === undefined) {
    cache = new Map();
    caches.set(device, cache);
  }
  return cache;
}

/**
 * The pipeline of `code`'s entry point `main`, compiled off the calling thread if the browser can.
 * @throws EngineError `shader`, naming the kernel and the first error with its line.
 */
export function pipelineOf(
  device: GPUDevice,
  kernel: string,
  code: string,
): Promise<GPUComputePipeline> {
  const cache = cacheOf(device);
  let pipeline = cache.get(code);
  if (pipeline === undefined) {
    pipeline = compile(device, kernel, code);
    cache.set(code, pipeline);
  }
  return pipeline;
}

async function compile(
  device: GPUDevice,
  kernel: string,
  code: string,
): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ label: kernel, code });
  try {
    return await device.createComputePipelineAsync({
      label: kernel,
      layout: 'auto',
      compute: { module },
    });
  } catch (error) {
    const { messages } = await module.getCompilationInfo();
    const first = messages.find(({ type }) => type === 'error');
    const line = first === undefined ? '' : (code.split('\n')[first.lineNum - 1] ?? '');
    const reason =
      first === undefined
        ? error instanceof Error
          ? error.message
          : String(error)
        : `line ${first.lineNum}: ${first.message}\n${line}`;
    throw new EngineError('shader', t`Kernel ${kernel} does not compile: ${reason}`);
  }
}
