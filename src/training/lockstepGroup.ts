/** Runs that advance in lockstep on one copy of each batch. */
import { mixupWeight } from '../data/mixup.ts';
import type { EngineBatch, EngineDevice, EngineStepper, StepMetrics } from '../engine/api.ts';
import { nextChange } from './changes.ts';
import type { BatchSource, RunImages } from './images.ts';
import type { Run } from './run.ts';

export class LockstepGroup {
  private readonly stepper: EngineStepper;
  private source: BatchSource | null = null;

  /** @param runs at least one, all with the same `batchKey` and at the same step. */
  constructor(
    device: EngineDevice,
    private readonly batch: EngineBatch,
    readonly runs: readonly [Run, ...Run[]],
    private readonly images: RunImages,
  ) {
    const networks = runs.map((run) => run.onDevice);
    this.stepper = device.createStepper(batch, networks);
  }

  /**
   * How many of the next `wanted` steps have their images, and first layers where those are made from images, and come before
   * any run's end or next change.
   */
  stepsReady(wanted: number): number {
    const batches = this.batches();
    if (batches === null || this.runs.some(({ awaitsImages }) => awaitsImages)) return 0;
    const left = this.runs.map((run) =>
      Math.max(0, Math.min(run.stepsLeft, (nextChange(run.config)?.step ?? Infinity) - run.step)),
    );
    const most = Math.min(wanted, ...left);
    const { step } = this.runs[0];
    for (let ahead = 0; ahead < most; ahead++) if (!batches.isReady(step + ahead)) return ahead;
    return most;
  }

  /**
   * Starts the next step of every run and does not wait for it.
   * @param readback asks for the metrics of all steps since the last readback.
   * @returns those metrics, [runs][steps]; null without `readback`.
   */
  step(readback: boolean): Promise<StepMetrics[][]> | null {
    const batches = this.batches();
    if (batches === null) throw new Error('a step before the dataset is known');
    const { step, config } = this.runs[0];
    const { seed, mixup = 0 } = config.training;
    const gather = batches.load(step, this.batch);
    const metrics = this.stepper.step({
      step,
      learningRates: this.runs.map((run) => run.learningRate),
      ...(gather === undefined ? {} : { gather }),
      ...(mixup > 0 ? { mixup: mixupWeight(seed, step, mixup) } : {}),
      readback,
    });
    for (const run of this.runs) run.step++;
    return metrics;
  }

  /** Frees the readback buffers; networks and batch live on. */
  release(): void {
    this.stepper.destroy();
  }

  /** The order of the images is drawn over all of them, and only the opened source knows how many there are. */
  private batches(): BatchSource | null {
    this.source ??= this.images.batches(this.runs[0].config.training);
    return this.source;
  }
}
