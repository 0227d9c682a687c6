/** Opens engines. Each is loaded when it is asked for. */
import { loadChunk } from '../chunk.ts';
import type { EngineDevice } from './api.ts';
import { type Comparison, fastest } from './compare.ts';
import { ENGINE_NAMES, type EngineChoice, type EngineId } from './engineNames.ts';
import { EngineError } from './errors.ts';
import { acquireGpu } from './webgpu/device.ts';
import { adapterWords } from './adapterWords.ts';
import { t } from '../text/t.ts';

export interface OpenEngine {
  readonly id: EngineId;
  readonly device: EngineDevice;
  /** Those that would have come before it, and why they do not run here. */
  readonly passedOver: readonly PassedOver[];
  /** As it was measured in choosing; missing: not measured yet. */
  readonly gflops?: number;
  /** Between the GPU and the processor; missing: nothing was compared. */
  readonly compared?: Comparison;
}

interface PassedOver {
  readonly engine: EngineId;
  readonly reason: string;
}

/** By choice a slow way is taken too; automatically a later engine may be faster than it. */
type Open = (how: { readonly isChosen: boolean }) => Promise<EngineDevice>;

const ENGINES: Readonly<Record<EngineId, Open>> = {
  webgpu: async ({ isChosen }) => {
    const gpu = await acquireGpu(navigator.gpu);
    if (!isChosen && gpu.adapter.isSoftware) {
      gpu.device.destroy();
      const reason = t`The only WebGPU adapter here is ${adapterWords(gpu.adapter.name)}, which computes on the processor.`;
      throw new EngineError('no-adapter', reason);
    }
    const { WebGpuDevice } = await loadChunk(() => import('./webgpu/webGpuDevice.ts'));
    return new WebGpuDevice(gpu);
  },
  cpu: async () => (await loadChunk(() => import('./cpu/openInBrowser.ts'))).openInBrowser(),
  'tfjs-webgl': async ({ isChosen }) => {
    const [{ TfjsDevice }, { openWebGl }] = await Promise.all([
      loadChunk(() => import('./tfjs/tfjsDevice.ts')),
      loadChunk(() => import('./tfjs/backends/webgl.ts')),
    ]);
    return new TfjsDevice(await openWebGl({ software: isChosen }));
  },
  'tfjs-wasm': async () => {
    const [{ TfjsDevice }, { openWasm }, { wasmUrls }] = await Promise.all([
      loadChunk(() => import('./tfjs/tfjsDevice.ts')),
      loadChunk(() => import('./tfjs/backends/wasm.ts')),
      loadChunk(() => import('./tfjs/backends/wasmUrls.ts')),
    ]);
    return new TfjsDevice(await openWasm(wasmUrls));
  },
  'tfjs-cpu': async () => {
    const [{ TfjsDevice }, { openCpu }] = await Promise.all([
      loadChunk(() => import('./tfjs/tfjsDevice.ts')),
      loadChunk(() => import('./tfjs/backends/cpu.ts')),
    ]);
    return new TfjsDevice(await openCpu());
  },
  'tfjs-webgpu': async () => {
    const [{ TfjsDevice }, { openWebGpu }, gpu] = await Promise.all([
      loadChunk(() => import('./tfjs/tfjsDevice.ts')),
      loadChunk(() => import('./tfjs/backends/webgpu.ts')),
      acquireGpu(navigator.gpu),
    ]);
    return new TfjsDevice(await openWebGpu(gpu));
  },
};

/** Fastest first. TensorFlow.js on WebGPU runs only where our kernels do, and slower. */
const AUTOMATIC: readonly EngineId[] = ['webgpu', 'cpu', 'tfjs-webgl', 'tfjs-wasm', 'tfjs-cpu'];

/**
 * Opens the engine chosen, or the first that runs here; of a GPU and the processor the faster one.
 * @param before what trained on the last visit.
 * @throws EngineError `no-webgpu`, `no-adapter`, `device-refused`: why the engine chosen, or any, does not run here.
 */
export async function openEngine(
  choice: EngineChoice,
  before: EngineId | null = null,
): Promise<OpenEngine> {
  const isChosen = choice !== 'automatic';
  const passedOver: PassedOver[] = [];
  let first: unknown;
  for (const id of isChosen ? [choice] : AUTOMATIC) {
    try {
      const device = await ENGINES[id]({ isChosen });
      // Awaited here, so that the next engine is tried where the measurement fails.
      const opened: OpenEngine =
        isChosen || id !== 'webgpu'
          ? { id, device, passedOver }
          : await betweenGpuAnd(() => ENGINES.cpu({ isChosen }), device, before);
      return opened;
    } catch (error) {
      first ??= error;
      const reason = error instanceof Error ? error.message : String(error);
      passedOver.push({ engine: id, reason });
    }
  }
  const code = first instanceof EngineError ? first.code : 'no-adapter';
  const reasons = passedOver.map(({ engine, reason }) => `${ENGINE_NAMES[engine]}: ${reason}`);
  throw new EngineError(code, reasons.join(' '));
}

async function betweenGpuAnd(
  openCpu: () => Promise<EngineDevice>,
  gpu: EngineDevice,
  before: EngineId | null,
): Promise<OpenEngine> {
  const { device, gflops, compared } = await fastest(gpu, openCpu, before);
  if (compared === null) return { id: 'webgpu', device, passedOver: [], gflops };
  const { taken } = compared;
  const reason = t`The graphics processor here, ${adapterWords(compared.gpu)}, is not faster than the processor.`;
  const passedOver = taken === 'cpu' ? [{ engine: 'webgpu' as const, reason }] : [];
  return { id: taken, device, passedOver, gflops, compared };
}
