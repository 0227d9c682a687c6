/** Profiles a network's training step on a throw-away copy of it: no run is touched. */
import { initialWeights } from '../../../model/initialize.ts';
import { fillNormal, streamOf } from '../../../model/random.ts';
import type { NetworkOptions } from '../../api.ts';
import { middleMean, type Profile, summarizeRows } from '../../profile.ts';
import { nextTask } from '../../nextTask.ts';
import { CpuBatch } from '../batch.ts';
import type { Arithmetic } from '../kernels/kernel.ts';
import { CpuNetwork } from '../network.ts';
import type { ThreadPool } from '../threads/pool.ts';
import { measurePeak } from './peak.ts';
import { profileRows } from './rows.ts';

/** WebAssembly compiles a kernel again, and better, once it has run a while. */
const WARM_UP_STEPS = 3;
const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 40;

interface ProfileOptions {
  readonly adapter: string;
  readonly arithmetic: Arithmetic;
  readonly pool: ThreadPool;
  /** About how long steps may be timed; some are timed however long that takes. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Takes memory for one more network of this kind, and gives it back.
 * @throws EngineError `too-large`, `out-of-memory`; Error when a kernel or a thread fails; the signal's reason when
 *   aborted.
 */
export async function profileNetwork(
  options: NetworkOptions,
  { adapter, arithmetic, pool, budgetMs = 3000, signal }: ProfileOptions,
): Promise<Profile> {
  const { graph } = options;
  const { seed, batchSize: whole, microBatchSize } = options.training;
  // Where the batch is split, one micro-batch shows what a kernel takes.
  const batchSize = typeof microBatchSize === 'number' ? Math.min(microBatchSize, whole) : whole;
  const training = { ...options.training, batchSize };
  const batch = new CpuBatch({ batchSize, inputSize: graph.model.inputSize });
  const network = await CpuNetwork.create({ ...options, training }, arithmetic, batch, pool);
  try {
    network.load({ weights: initialWeights(graph, seed) });
    const { inputSize, classes } = graph.model;
    const images = new Float32Array(batchSize * 3 * inputSize ** 2);
    fillNormal(images, seed, streamOf('profile images'), 1);
    batch.upload(
      images,
      Uint8Array.from({ length: batchSize }, (_, n) => n % classes),
    );
    const steps = network.planned.program.lists[0] ?? [];
    const rounds: { stepMs: number; ms: Float64Array }[] = [];
    let endMs = Number.POSITIVE_INFINITY;
    for (
      let step = 0;
      step < WARM_UP_STEPS + LEAST_ROUNDS || (performance.now() < endMs && step < MOST_ROUNDS);
      step++
    ) {
      await nextTask();
      signal?.throwIfAborted();
      if (step === WARM_UP_STEPS) endMs = performance.now() + budgetMs;
      const ms = new Float64Array(steps.length);
      const startMs = performance.now();
      // At rate 0 the weights stay, however often the step is repeated.
      network.step(batch, { step: 0, learningRate: 0 }, (i, took) => {
        ms[i] = took;
      });
      if (step >= WARM_UP_STEPS) rounds.push({ stepMs: performance.now() - startMs, ms });
    }
    const ms = steps.map((_, i) => middleMean(rounds.map((round) => round.ms[i] ?? 0)));
    return {
      adapter,
      parameters: graph.parameterCount,
      batchSize,
      method: 'clock',
      stepMs: middleMean(rounds.map(({ stepMs }) => stepMs)),
      peakGflops: measurePeak(arithmetic, pool),
      ...summarizeRows(profileRows(network.planned.plan, steps, ms)),
    };
  } finally {
    network.destroy();
  }
}
