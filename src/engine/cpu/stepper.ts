/** Advances any number of networks on one batch. */
import type { EngineStepper, StepMetrics, StepRequest } from '../api.ts';
import { nextTask } from '../nextTask.ts';
import { RING_STEPS } from '../plan/metricsRow.ts';
import type { CpuBatch } from './batch.ts';
import type { CpuNetwork } from './network.ts';

export class CpuStepper implements EngineStepper {
  /** Per step, each network's. */
  #pending: StepMetrics[][] = [];
  #failure: unknown = null;

  /** @param report is told of a failure, after which nothing can be trained here. */
  constructor(
    private readonly batch: CpuBatch,
    private readonly networks: readonly CpuNetwork[],
    private readonly report: (error: unknown) => Error,
  ) {}

  /** The step is done when this returns; before a readback resolves, waiting messages are let in. */
  step({
    step,
    learningRates,
    gather,
    mixup,
    readback,
  }: StepRequest): Promise<StepMetrics[][]> | null {
    if (this.#pending.length >= RING_STEPS) throw new Error('too many steps without a readback');
    if (gather !== undefined) this.batch.gather(gather);
    if (mixup !== undefined) this.batch.mix(mixup);
    try {
      const row = this.networks.map((network, i) =>
        network.step(this.batch, { step, learningRate: learningRates[i] ?? 0, mixup }),
      );
      this.#pending.push(row);
    } catch (error) {
      this.#failure ??= this.report(error);
    }
    if (!readback) return null;
    const rows = this.#pending;
    this.#pending = [];
    return this.#read(rows);
  }

  destroy(): void {
    this.#pending = [];
  }

  async #read(rows: readonly StepMetrics[][]): Promise<StepMetrics[][]> {
    await nextTask();
    if (this.#failure !== null) throw this.#failure;
    return this.networks.map((_, i) => rows.flatMap((row) => row[i] ?? []));
  }
}
