/** Profiles a network's training step on a throw-away copy of it: no run is touched. */
import { initialWeights } from '../../../model/initialize.ts';
import type { NetworkOptions } from '../../api.ts';
import { middleMean, type Profile } from '../../profile.ts';
import { Batch } from '../batch.ts';
import type { Gpu } from '../device.ts';
import { Network } from '../network.ts';
import { warmUp } from '../warmUp.ts';
import { groupDispatches, summarize } from './groups.ts';
import { measurePeak } from './peak.ts';
import { kernelTimer } from './timers.ts';

const LEAST_ROUNDS = 2;
const MOST_ROUNDS = 40;

interface ProfileOptions {
  /** About how long kernels may be timed; each is timed at least twice, however long that takes. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Takes memory for one more network of this kind, and gives it back.
 * @throws EngineError `too-large`, `out-of-memory`, `shader`, `device-lost`; the signal's reason when aborted.
 */
export async function profileNetwork(
  gpu: Gpu,
  options: NetworkOptions,
  { budgetMs = 3000, signal }: ProfileOptions = {},
): Promise<Profile> {
  const { graph } = options;
  const { seed, batchSize: whole, microBatchSize } = options.training;
  // Where the batch is split, one micro-batch shows what a kernel takes.
  const batchSize = typeof microBatchSize === 'number' ? Math.min(microBatchSize, whole) : whole;
  const training = { ...options.training, batchSize };
  const batch = new Batch(gpu, { batchSize, inputSize: graph.model.inputSize });
  let network: Network | null = null;
  try {
    network = await Network.create(gpu, { ...options, training }, batch);
    signal?.throwIfAborted();
    network.load({ weights: initialWeights(graph, seed) });
    // At rate 0 the weights stay, however often the step is repeated.
    network.writeStep(0, 0, 0);
    const peakGflops = await measurePeak(gpu);
    signal?.throwIfAborted();
    const stepMs = await timeSteps(gpu, network, budgetMs / 4, signal);
    const groups = groupDispatches(network.program.dispatches);
    const timer = kernelTimer(gpu.device, network.dispatches, groups);
    try {
      await timer.time();
      const rounds = await repeat(() => timer.time(), budgetMs, signal);
      const ms = groups.map((_, group) => middleMean(rounds.map((times) => times[group] ?? 0)));
      return {
        adapter: gpu.adapter.name,
        parameters: graph.parameterCount,
        batchSize,
        method: timer.method,
        stepMs,
        peakGflops,
        ...summarize(groups, ms),
      };
    } finally {
      timer.destroy();
    }
  } finally {
    network?.destroy();
    batch.destroy();
  }
}

/** The whole step as training submits it. */
async function timeSteps(
  gpu: Gpu,
  network: Network,
  budgetMs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { device } = gpu;
  const step = async (): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    network.encode(pass, 0);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  await warmUp(gpu, step);
  return middleMean(await repeat(step, budgetMs, signal));
}

async function repeat<T>(
  work: () => Promise<T>,
  budgetMs: number,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const results: T[] = [];
  const end = performance.now() + budgetMs;
  while (
    results.length < LEAST_ROUNDS ||
    (performance.now() < end && results.length < MOST_ROUNDS)
  ) {
    signal?.throwIfAborted();
    results.push(await work());
  }
  return results;
}
