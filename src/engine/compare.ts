/** Whether the graphics processor or the processor trains faster here, by a short measurement of both. */
import type { EngineDevice } from './api.ts';
import type { EngineId } from './engineNames.ts';

type Contender = 'webgpu' | 'cpu';

/** What was measured, for people and for later decisions. */
export interface Comparison {
  readonly taken: Contender;
  /** GFLOP/s of small convolutions on the one, of training a small net on the other. */
  readonly gflops: Readonly<Record<Contender, number>>;
  /** The graphics adapter's name. */
  readonly gpu: string;
}

/** By how much an engine must be faster to take the other's place: less may be chance, or gone on the next visit. */
const MARGIN = 1.5;
/** No processor comes near it: the other engine need not even be loaded. */
const SURELY_FASTER = 1000;
/** Of each. */
const BUDGET_MS = 250;

/** @param before what trained on the last visit, which stays where the other is not clearly faster; null: WebGPU. */
export function fasterOf(gflops: Comparison['gflops'], before: EngineId | null = null): Contender {
  const [present, other] =
    before === 'cpu' ? (['cpu', 'webgpu'] as const) : (['webgpu', 'cpu'] as const);
  return gflops[other] > MARGIN * gflops[present] ? other : present;
}

interface Fastest {
  readonly device: EngineDevice;
  /** The device's own measurement. */
  readonly gflops: number;
  /** Null where there was nothing to compare with. */
  readonly compared: Comparison | null;
}

/**
 * Measures a graphics processor and, unless it is far ahead of any processor, this one. What loses is closed.
 * @param openCpu may reject: then there is only the GPU.
 */
export async function fastest(
  gpu: EngineDevice,
  openCpu: () => Promise<EngineDevice>,
  before: EngineId | null = null,
): Promise<Fastest> {
  const onGpu = await gpu.measureGflops(BUDGET_MS);
  const cpu = onGpu > SURELY_FASTER ? null : await openCpu().catch(() => null);
  if (cpu === null) return { device: gpu, gflops: onGpu, compared: null };
  const gflops = { webgpu: onGpu, cpu: await cpu.measureGflops(BUDGET_MS) };
  const taken = fasterOf(gflops, before);
  const [device, lost] = taken === 'cpu' ? [cpu, gpu] : [gpu, cpu];
  lost.destroy();
  return { device, gflops: gflops[taken], compared: { taken, gflops, gpu: gpu.adapter.name } };
}
