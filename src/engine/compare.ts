/** Whether the graphics processor or the processor trains faster here, by a short measurement of both. */
import type { EngineDevice } from './api.ts';
import type { EngineId } from './engineNames.ts';
import { measureTraining } from './measureTraining.ts';

type Contender = 'webgpu' | 'cpu';

/** What was measured, for people and for later decisions. */
export interface Comparison {
  readonly taken: Contender;
  /** GFLOP/s of training the same small net. */
  readonly gflops: Readonly<Record<Contender, number>>;
  /** The graphics adapter's name. */
  readonly gpu: string;
}

/** By how much an engine must be faster to take the other's place: less may be chance, or gone on the next visit. */
const MARGIN = 1.5;
/** A GPU with convolutions as fast as this is ahead of any processor, whose engine need not even be loaded. */
const SURELY_FASTER = 1000;
/** Of each measurement. */
const BUDGET_MS = 200;

/** @param before what trained on the last visit, which stays where the other is not clearly faster. */
export function fasterOf(gflops: Comparison['gflops'], before: EngineId | null = null): Contender {
  const [present, other] =
    before === 'cpu' ? (['cpu', 'webgpu'] as const) : (['webgpu', 'cpu'] as const);
  const margin = before === present ? MARGIN : 1;
  return gflops[other] > margin * gflops[present] ? other : present;
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
 * @param openCpu may reject, and so may its measurement: then there is only the GPU.
 * @throws what the GPU throws when it is measured; it is closed then.
 */
export async function fastest(
  gpu: EngineDevice,
  openCpu: () => Promise<EngineDevice>,
  before: EngineId | null = null,
  trainingGflops: typeof measureTraining = measureTraining,
): Promise<Fastest> {
  const onGpu = await measuredOrClosed(gpu, async () => {
    const convolutions = await gpu.measureGflops(BUDGET_MS);
    const isAhead = convolutions > SURELY_FASTER;
    return { convolutions, training: isAhead ? null : await trainingGflops(gpu, BUDGET_MS) };
  });
  const alone = { device: gpu, gflops: onGpu.convolutions, compared: null };
  if (onGpu.training === null) return alone;
  const onCpu = await openMeasured(openCpu, trainingGflops).catch(() => null);
  if (onCpu === null) return alone;
  const gflops = { webgpu: onGpu.training, cpu: onCpu.training };
  const compared = { taken: fasterOf(gflops, before), gflops, gpu: gpu.adapter.name };
  const isCpu = compared.taken === 'cpu';
  (isCpu ? gpu : onCpu.device).destroy();
  return isCpu
    ? { device: onCpu.device, gflops: onCpu.training, compared }
    : { ...alone, compared };
}

async function openMeasured(
  open: () => Promise<EngineDevice>,
  trainingGflops: typeof measureTraining,
) {
  const device = await open();
  return {
    device,
    training: await measuredOrClosed(device, () => trainingGflops(device, BUDGET_MS)),
  };
}

/** Closes a device that cannot even be measured. */
async function measuredOrClosed<T>(device: EngineDevice, measure: () => Promise<T>): Promise<T> {
  try {
    return await measure();
  } catch (error) {
    device.destroy();
    throw error;
  }
}
