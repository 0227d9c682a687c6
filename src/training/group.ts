/** Runs that advance on one copy of each batch. */
import { createSampler, type Sampler } from '../data/sampler.ts';
import type { EngineBatch, EngineDevice, EngineStepper, StepMetrics } from '../engine/api.ts';
import { nextChange } from './changes.ts';
import type { BurstTiming, Lane } from './loop.ts';
import type { Run } from './run.ts';
import type { TrainingData } from './trainingData.ts';

export type GroupMetrics = StepMetrics[][];

/** Where a run's metrics go. */
export type TakeMetrics = (run: Run, metrics: readonly StepMetrics[], timing: BurstTiming) => void;

export class Group implements Lane<GroupMetrics> {
  private readonly stepper: EngineStepper;
  private sampler: Sampler | null = null;

  /** @param runs at least one, all with the same `batchKey` and at the same step. */
  constructor(
    device: EngineDevice,
    private readonly batch: EngineBatch,
    readonly runs: readonly [Run, ...Run[]],
    readonly data: TrainingData,
    private readonly take: TakeMetrics,
  ) {
    const networks = runs.map((run) => run.onDevice);
    this.stepper = device.createStepper(batch, networks);
  }

  /** Of the next step. */
  get step(): number {
    return this.runs[0].step;
  }

  /** Steps of the next `wanted` for which the images have arrived and that no run's end or next change lies before. */
  stepsReady(wanted: number): number {
    const sampler = this.samplerOnceKnown();
    if (sampler === null) return 0;
    const left = Math.min(
      ...this.runs.map(({ config, step }) => {
        const end = Math.min(config.training.steps, nextChange(config)?.step ?? Infinity);
        return Math.max(0, end - step);
      }),
    );
    const most = Math.min(wanted, left);
    if (this.data.arrived('train') === this.data.info?.train) return most;
    for (let ahead = 0; ahead < most; ahead++) {
      if (sampler.imagesNeeded(this.step + ahead) > this.data.arrived('train')) return ahead;
    }
    return most;
  }

  submit(readback: boolean): Promise<GroupMetrics> | null {
    const sampler = this.samplerOnceKnown();
    if (sampler === null) throw new Error('a step before the dataset is known');
    const { step } = this;
    const { augment, seed } = this.runs[0].config.training;
    const readbackMetrics = this.stepper.step({
      step,
      learningRates: this.runs.map((run) => run.learningRate),
      gather: {
        dataset: this.data.on('train'),
        indices: sampler.indices(step),
        firstPosition: step * this.batch.shape.batchSize,
        augment,
        seed,
      },
      readback,
    });
    for (const run of this.runs) run.step++;
    return readbackMetrics;
  }

  deliver(metrics: GroupMetrics, timing: BurstTiming): void {
    for (const [i, run] of this.runs.entries()) this.take(run, metrics[i] ?? [], timing);
  }

  /** Frees the readback buffers; networks and batch live on. */
  release(): void {
    this.stepper.destroy();
  }

  /** Drawn from the images there are, which only the opened source can tell. */
  private samplerOnceKnown(): Sampler | null {
    if (this.sampler === null && this.data.info !== null) {
      const { seed, batchSize } = this.runs[0].config.training;
      this.sampler = createSampler({ seed, batchSize, trainCount: this.data.info.train });
    }
    return this.sampler;
  }
}
