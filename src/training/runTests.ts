/** Tests of the runs that train, on the test images that have arrived. Nothing must be under way. */
import type { EngineDevice } from '../engine/api.ts';
import { testRun } from './evaluation.ts';
import type { RunImages } from './images.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { Run } from './run.ts';
import type { RunSet } from './runSet.ts';
import { scheduleTests, type TestSchedule } from './scheduleTests.ts';
import { viewCount } from './testViews.ts';

export class RunTests {
  private nextTestStep: number | null = null;
  /** Measured milliseconds of testing one image. */
  private imageMs: number | null = null;
  /** The same for all tests of a training, so that their points can be compared. */
  private testImages: number | null = null;

  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly runs: RunSet,
    private readonly imagesOf: (run: Run) => RunImages,
  ) {}

  /** Other runs or other weights: nothing is known of them yet. */
  restart(): void {
    this.nextTestStep = null;
    this.imageMs = null;
    this.testImages = null;
  }

  /** @param step of the lockstep. @param stepMs of one of its steps; null: not known yet. */
  isDue(step: number, stepMs: number | null): boolean {
    const schedule = this.schedule(stepMs);
    if (schedule === null) return false;
    this.nextTestStep ??= step + schedule.everySteps;
    return step >= this.nextTestStep;
  }

  /** The scheduled test of every run that trains, cut short by `signal`. */
  async all(device: EngineDevice, stepMs: number | null, signal: AbortSignal): Promise<void> {
    const schedule = this.schedule(stepMs);
    if (schedule === null) return;
    const { images } = schedule;
    this.testImages = images;
    for (const run of this.runs.live) {
      const { lastTest } = run;
      const isKnown = lastTest?.step === run.step && lastTest.images >= images;
      if (!isKnown && !signal.aborted) await this.one(device, run, signal, images);
    }
  }

  /** Counts from `step` to the next test that is due. */
  scheduleNext(step: number, stepMs: number | null): void {
    const schedule = this.schedule(stepMs);
    this.nextTestStep = schedule === null ? null : step + schedule.everySteps;
  }

  /** Tests on the first `images` test images, or as many as have arrived. @returns false when there are none yet. */
  async one(
    device: EngineDevice,
    run: Run,
    signal: AbortSignal,
    images = Infinity,
  ): Promise<boolean> {
    const source = this.imagesOf(run);
    const count = Math.min(images, source.arrived('test'));
    if (count === 0 || run.awaitsImages) return false;
    const { step } = run;
    const { evaluator, batchSize } = await this.runs.evaluatorOf(device, run);
    const result = await testRun(
      evaluator,
      source,
      { training: run.config.training, images: count, batchSize },
      signal,
    );
    if (result === null) return true;
    const { loss, accuracy, imageMs } = result;
    this.imageMs = imageMs;
    run.lastTest = { step, images: count, accuracy };
    this.emit({ type: 'evaluated', id: run.id, step, loss, accuracy, images: count });
    return true;
  }

  private schedule(stepMs: number | null): TestSchedule | null {
    const { live } = this.runs;
    const [first] = live;
    if (first === undefined || stepMs === null) return null;
    const { info } = this.imagesOf(first);
    if (info === null || info.test === 0) return null;
    const { batchSize } = first.config.training;
    const { train: trainImages, test: testImages } = info;
    const views = Math.max(...live.map(({ config }) => viewCount(config.training)));
    const rate = { stepMs, runs: live.length, batchSize, trainImages, testImages, views };
    return scheduleTests(rate, this.imageMs, this.testImages);
  }
}
