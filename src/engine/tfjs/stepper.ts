/** Advances any number of networks on one batch. */
import { stack, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { EngineStepper, StepMetrics, StepRequest } from '../api.ts';
import type { TfjsBatch } from './batch.ts';
import type { TfjsNetwork } from './network.ts';

interface PendingStep {
  readonly step: number;
  readonly learningRates: readonly number[];
  /** One per network, for its `metricsOf`. */
  readonly rows: readonly Tensor[];
}

/** Steps that may pass between two readbacks, as on the GPU. */
const MAX_PENDING = 64;

export class TfjsStepper implements EngineStepper {
  #pending: PendingStep[] = [];

  constructor(
    private readonly batch: TfjsBatch,
    private readonly networks: readonly TfjsNetwork[],
  ) {}

  step({
    step,
    learningRates,
    gather,
    mixup,
    readback,
  }: StepRequest): Promise<StepMetrics[][]> | null {
    if (this.#pending.length >= MAX_PENDING) throw new Error('too many steps without a readback');
    if (gather !== undefined) this.batch.gather(gather);
    if (mixup !== undefined) this.batch.mix(mixup);
    const rows = this.networks.map((network, i) =>
      network.step(this.batch.tensors, step, learningRates[i] ?? 0, mixup),
    );
    this.#pending.push({ step, learningRates, rows });
    if (!readback) return null;
    const steps = this.#pending;
    this.#pending = [];
    return Promise.all(this.networks.map((network, i) => readSteps(steps, network, i)));
  }

  destroy(): void {
    for (const { rows } of this.#pending) for (const row of rows) row.dispose();
    this.#pending = [];
  }
}

/** One network's metrics of all steps, in one readback; frees them. */
async function readSteps(
  steps: readonly PendingStep[],
  network: TfjsNetwork,
  index: number,
): Promise<StepMetrics[]> {
  const rows = steps.flatMap(({ rows }) => rows[index] ?? []);
  const table = tidy(() => stack(rows));
  for (const row of rows) row.dispose();
  const [, length = 0] = table.shape;
  const values = Float32Array.from(await table.data<'float32'>());
  table.dispose();
  return steps.map(({ step, learningRates }, i) => {
    const row = values.subarray(i * length, (i + 1) * length);
    return { step, learningRate: learningRates[index] ?? 0, ...network.metricsOf(row) };
  });
}
