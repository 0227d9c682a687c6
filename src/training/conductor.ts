/**
 * Conducts the training of all runs: bursts of steps, and between them what falls due: halting what diverged, ending
 * what is done, snapshots, tests. One call of `advance` is one burst with what follows it.
 */
import type { EngineDevice, StepMetrics } from '../engine/api.ts';
import { testRun } from './evaluation.ts';
import type { GroupMetrics } from './group.ts';
import type { Divergence } from './health.ts';
import { type BurstTiming, Loop } from './loop.ts';
import { packMetrics } from './metrics.ts';
import type { TrainingEvent } from './protocol.ts';
import { Roster } from './roster.ts';
import type { Run } from './run.ts';
import { scheduleTests, type TestSchedule } from './scheduleTests.ts';
import { SnapshotClock } from './snapshot.ts';
import type { TrainingData } from './trainingData.ts';

export type Progress = 'advanced' | 'waitingForData' | 'nothingLeft';

export class Conductor {
  readonly roster: Roster;
  private readonly loop = new Loop<GroupMetrics>();
  private readonly snapshotClock = new SnapshotClock();
  /** Steps of the lockstep so far; runs restored to an earlier step count their own. */
  private ticks = 0;
  private nextTestTick: number | null = null;
  private imageMs: number | null = null;
  /** The same for all tests of a training, so that their points can be compared. */
  private testImages: number | null = null;
  private readonly halted = new Map<Run, Divergence>();

  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly dataOf: (run: Run) => TrainingData,
    /** Called after each snapshot, when nothing is under way. */
    private readonly onSnapshot: () => void = () => undefined,
  ) {
    this.roster = new Roster(dataOf, (run, metrics, timing) => this.take(run, metrics, timing));
  }

  /**
   * At most one burst. Returns `waitingForData` without having done anything when the next images are not there.
   * @param signal cuts tests short.
   * @throws EngineError `device-lost`
   */
  async advance(device: EngineDevice, oneStep: boolean, signal: AbortSignal): Promise<Progress> {
    await this.endFinished(device, signal);
    if (this.roster.groups.length === 0) return 'nothingLeft';
    const wanted = oneStep ? 1 : this.loop.pace.stepsPerReadback;
    const steps = this.roster.stepsReady(wanted);
    if (steps === 0) {
      await this.settle(device);
      return this.roster.groups.length === 0 ? 'nothingLeft' : 'waitingForData';
    }
    await this.loop.burst(this.roster.groups, steps);
    this.ticks += steps;
    if (this.halted.size > 0) await this.settle(device);
    await this.endFinished(device, signal);
    if (this.snapshotClock.isDue(this.ticks, performance.now())) await this.snapshot(device);
    if (!oneStep) await this.testWhenDue(device, signal);
    return 'advanced';
  }

  /** Waits until every submitted step is done, and takes diverged runs out. Before anything else is done to runs. */
  async settle(device: EngineDevice): Promise<void> {
    await this.loop.drain();
    if (this.halted.size === 0) return;
    for (const [run, { step, layer }] of this.halted) {
      const { snapshot } = run.lastGood;
      run.rewind(snapshot);
      run.divergence = { step, layer };
      this.emit({ type: 'diverged', id: run.id, step, layer, lastGoodStep: snapshot.step });
    }
    this.halted.clear();
    this.roster.regroup(device);
  }

  /** Takes a snapshot of every run that trains. */
  async snapshot(device: EngineDevice): Promise<void> {
    await this.settle(device);
    const startMs = performance.now();
    for (const run of this.roster.live) {
      if (run.step !== run.lastGood.snapshot.step) await run.snapshot();
    }
    const nowMs = performance.now();
    this.snapshotClock.taken(this.ticks, nowMs, nowMs - startMs);
    this.onSnapshot();
  }

  /** The scheduled test of where the runs stand, unless a command comes in. Nothing must be under way. */
  async testScheduled(device: EngineDevice, signal: AbortSignal): Promise<void> {
    const plan = this.evaluationPlan();
    if (plan !== null) await this.testAll(device, plan.images, signal);
  }

  /** Tests on the first `images` test images, or as many as have arrived. @returns false when there are none yet. */
  async test(
    device: EngineDevice,
    run: Run,
    signal: AbortSignal,
    images = Infinity,
  ): Promise<boolean> {
    const data = this.dataOf(run);
    const count = Math.min(images, data.arrived('test'));
    if (count === 0) return false;
    const { step } = run;
    const { evaluator, batchSize } = await this.roster.evaluatorOf(device, run);
    const result = await testRun(evaluator, data, count, batchSize, signal);
    if (result === null) return true;
    const { loss, accuracy, imageMs } = result;
    this.imageMs = imageMs;
    run.lastTest = { step, images: count, accuracy };
    this.emit({ type: 'evaluated', id: run.id, step, loss, accuracy, images: count });
    return true;
  }

  /** Other runs or other weights: durations and due times start anew. */
  restart(): void {
    this.loop.pace.reset();
    this.nextTestTick = null;
    this.imageMs = null;
    this.testImages = null;
    this.snapshotClock.taken(this.ticks, performance.now(), 0);
  }

  /** The device is gone: nothing submitted will come back. */
  abandonDevice(): void {
    this.loop.abandon();
    this.halted.clear();
    this.roster.abandonDevice();
    this.restart();
  }

  /** To go on with another one, from the snapshots. Nothing must be under way. */
  leaveDevice(): void {
    this.roster.leaveDevice();
    this.restart();
  }

  private take(run: Run, metrics: readonly StepMetrics[], timing: BurstTiming): void {
    // A diverged run's later steps are void.
    if (run.status !== 'live') return;
    const { good, bad } = run.examine(metrics);
    const { stepMs } = timing;
    run.elapsedMs += (timing.ms / timing.steps) * good.length;
    if (good.length > 0) {
      const batch = packMetrics(run.id, good, run.elapsedMs, timing.ms / timing.steps);
      const imagesPerSecond = (1000 * run.config.training.batchSize) / stepMs;
      this.emit({ type: 'metrics', batch, imagesPerSecond, stepMs });
    }
    if (bad === null) return;
    run.status = 'diverged';
    this.halted.set(run, bad);
  }

  private async endFinished(device: EngineDevice, signal: AbortSignal): Promise<void> {
    const isDone = (run: Run) => run.step >= run.config.training.steps;
    if (!this.roster.live.some(isDone)) return;
    await this.snapshot(device);
    const done = this.roster.live.filter(isDone);
    for (const run of done) {
      run.status = 'finished';
      this.emit({ type: 'finished', id: run.id, step: run.step });
    }
    this.roster.regroup(device);
    for (const run of done) await this.test(device, run, signal);
  }

  private async testWhenDue(device: EngineDevice, signal: AbortSignal): Promise<void> {
    const plan = this.evaluationPlan();
    if (plan === null) return;
    this.nextTestTick ??= this.ticks + plan.everySteps;
    if (this.ticks < this.nextTestTick) return;
    await this.settle(device);
    await this.testAll(device, plan.images, signal);
    const { everySteps } = this.evaluationPlan() ?? plan;
    this.nextTestTick = this.ticks + everySteps;
  }

  private async testAll(device: EngineDevice, images: number, signal: AbortSignal): Promise<void> {
    this.testImages = images;
    for (const run of this.roster.live) {
      const { lastTest } = run;
      const isKnown = lastTest?.step === run.step && lastTest.images >= images;
      if (!isKnown && !signal.aborted) await this.test(device, run, signal, images);
    }
  }

  private evaluationPlan(): TestSchedule | null {
    const { live } = this.roster;
    const [first] = live;
    const { stepMs } = this.loop.pace;
    if (first === undefined || stepMs === null) return null;
    const info = this.dataOf(first).info;
    if (info === null || info.test === 0) return null;
    const { batchSize } = first.config.training;
    const { train: trainImages, test: testImages } = info;
    const rate = { stepMs, runs: live.length, batchSize, trainImages, testImages };
    return scheduleTests(rate, this.imageMs, this.testImages);
  }
}
