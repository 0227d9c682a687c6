/**
 * Trains all runs side by side. One call of `advance` is one burst of steps, with what is due before and after it.
 *
 * A burst submits its steps without waiting, and only the last one reads metrics back. Nothing here waits for a timer
 * or an animation frame, so training continues in a hidden tab. The page and the command line both train with this.
 */
import { deferred } from '../chunk.ts';
import type { EngineDevice, StepMetrics } from '../engine/api.ts';
import { nextTask } from '../engine/nextTask.ts';
import { finalWeightsOf } from './finalWeights.ts';
import type { Divergence } from './health.ts';
import { type RunImages, WHITENING_IMAGES } from './images.ts';
import { packMetrics } from './metrics.ts';
import { Pace } from './pace.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { replay } from './replay.ts';
import type { Run } from './run.ts';
import { RunChanges } from './runChanges.ts';
import { RunSet } from './runSet.ts';
import { RunTests } from './runTests.ts';
import { SnapshotClock } from './snapshot.ts';

const loadWhitening = deferred(() => import('./whitening.ts'));

export type Progress = 'advanced' | 'waitingForData' | 'nothingLeft';

/** Runs that share each batch. */
export interface Group<R = Run> {
  readonly runs: readonly R[];
  /** Starts the next step; `readback` resolves to the metrics of all steps since the last one, [runs][steps]. */
  step(readback: boolean): Promise<StepMetrics[][]> | null;
}

export interface BurstTiming {
  readonly steps: number;
  /** Milliseconds that the burst kept the device busy, all runs together. */
  readonly ms: number;
  /** Milliseconds of one step of all runs, smoothed. */
  readonly stepMs: number;
}

type Take<R> = (run: R, metrics: readonly StepMetrics[], timing: BurstTiming) => void;

interface TrainerOptions {
  readonly emit: (event: TrainingEvent) => void;
  readonly imagesOf: (run: Run) => RunImages;
  /** Whether snapshots are taken now and then, to fall back on; otherwise only when asked for. */
  readonly takesSnapshots?: boolean;
  /** How much all networks together may take on the device. */
  readonly deviceBytes?: number;
  /** Whether somebody waits for the burst to end: it then does, on a device that is busy in its calls. */
  readonly isAwaited?: () => boolean;
  /** Called before each burst. */
  readonly onBurst?: () => void;
  /** Called after each snapshot, when nothing is under way. */
  readonly onSnapshot?: () => void;
  /** Called with all metrics as they come, those of a diverged step included. */
  readonly onMetrics?: (run: Run, metrics: readonly StepMetrics[], timing: BurstTiming) => void;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
  /** Lets waiting messages in; needed because a resolved promise alone does not. */
  readonly yieldToMessages?: () => Promise<void>;
}

export class Trainer {
  readonly runs: RunSet;
  readonly tests: RunTests;
  readonly changes: RunChanges;
  readonly pace = new Pace();
  private readonly snapshotClock = new SnapshotClock();
  /** Steps of the lockstep so far; runs restored to an earlier step count their own. */
  private steps = 0;
  private readonly inFlight: Promise<void>[] = [];
  private lastDoneMs = 0;
  private readonly diverged = new Map<Run, Divergence>();
  private readonly nowMs: () => number;

  constructor(private readonly options: TrainerOptions) {
    const { imagesOf, deviceBytes } = options;
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.runs = new RunSet(imagesOf, deviceBytes);
    this.tests = new RunTests(this.emit, this.runs, imagesOf);
    this.changes = new RunChanges(this.emit, this.runs, (device) => this.snapshot(device));
  }

  /** Reports an event, after applying it to the histories of the runs it concerns. */
  readonly emit = (event: TrainingEvent): void => {
    replay(event, this.runs.histories);
    this.options.emit(event);
  };

  /**
   * Makes at most one burst of steps. Returns `waitingForData` without a step while the next images are missing.
   * @param signal cuts tests short.
   * @throws EngineError `device-lost`
   */
  async advance(device: EngineDevice, oneStep: boolean, signal: AbortSignal): Promise<Progress> {
    if (this.changes.areDue) {
      await this.settle(device);
      await this.changes.makeDue(device);
    }
    if (this.canWhiten) await this.whiten(device);
    if (this.runs.stepsReady(1) > 0) this.options.onBurst?.();
    await this.finish(device, signal);
    if (this.runs.groups.length === 0) return 'nothingLeft';
    const steps = this.runs.stepsReady(oneStep ? 1 : this.pace.stepsPerReadback);
    if (steps === 0) {
      await this.settle(device);
      return this.runs.groups.length === 0 ? 'nothingLeft' : 'waitingForData';
    }
    const take: Take<Run> = (run, metrics, timing) => this.take(run, metrics, timing);
    if (device.isBusyInCalls) this.steps += await this.stepwise(this.runs.groups, steps, take);
    else {
      await this.burst(this.runs.groups, steps, take);
      this.steps += steps;
    }
    if (this.diverged.size > 0) await this.settle(device);
    await this.finish(device, signal);
    if (this.snapshotIsDue) await this.snapshot(device);
    if (!oneStep && this.tests.isDue(this.steps, this.pace.stepMs)) await this.test(device, signal);
    return 'advanced';
  }

  /** Whether there are first layers to be made from images, and those are here. */
  get canWhiten(): boolean {
    return this.whitenable.length > 0;
  }

  private get whitenable() {
    return this.runs.all.flatMap((run) => {
      const images = run.awaitsImages ? this.options.imagesOf(run).first(WHITENING_IMAGES) : null;
      return images === null ? [] : [{ run, images }];
    });
  }

  /** Makes those first layers. */
  async whiten(device: EngineDevice): Promise<void> {
    const { whiteningFilters } = await loadWhitening();
    await this.settle(device);
    for (const { run, images } of this.whitenable) {
      run.whiten(whiteningFilters(images, run.config));
    }
  }

  /**
   * Submits `steps` steps of every group, turn by turn, and returns when the next burst may be submitted: at once while
   * fewer than `pace.readbacksInFlight` are under way.
   * @param take gets the metrics of each run once they are back.
   * @throws what a readback rejects with, here or in a later call.
   */
  async burst<R>(groups: readonly Group<R>[], steps: number, take: Take<R>): Promise<void> {
    const submittedMs = this.nowMs();
    let readbacks: (Promise<StepMetrics[][]> | null)[] = [];
    for (let step = 1; step <= steps; step++) {
      readbacks = groups.map((group) => group.step(step === steps));
    }
    const done = Promise.all(readbacks).then((metrics) => {
      const timing = this.timed(steps, submittedMs);
      for (const [i, { runs }] of groups.entries()) {
        for (const [j, run] of runs.entries()) take(run, metrics[i]?.[j] ?? [], timing);
      }
    });
    // A burst that fails is reported by whoever waits for it, which may be a later call.
    done.catch(() => undefined);
    this.inFlight.push(done);
    await (this.options.yieldToMessages ?? nextTask)();
    while (this.inFlight.length >= this.pace.readbacksInFlight) await this.inFlight.shift();
  }

  /**
   * The same on a device that is busy in its calls: every step is read back, which lets messages in, and the burst ends
   * early where it is awaited. The metrics are taken together as they are elsewhere.
   * @returns how many steps were made.
   */
  async stepwise<R>(groups: readonly Group<R>[], steps: number, take: Take<R>): Promise<number> {
    const startedMs = this.nowMs();
    const metrics = new Map<R, StepMetrics[]>();
    let made = 0;
    do {
      for (const group of groups) {
        const rows = await group.step(true);
        for (const [i, run] of group.runs.entries()) {
          metrics.set(run, [...(metrics.get(run) ?? []), ...(rows?.[i] ?? [])]);
        }
      }
      made++;
    } while (made < steps && this.options.isAwaited?.() !== true);
    const timing = this.timed(made, startedMs);
    for (const [run, taken] of metrics) take(run, taken, timing);
    return made;
  }

  /** Steps that were begun at `startedMs` and are done. */
  private timed(steps: number, startedMs: number): BurstTiming {
    const nowMs = this.nowMs();
    const ms = nowMs - Math.max(startedMs, this.lastDoneMs);
    this.lastDoneMs = nowMs;
    this.pace.record(steps, ms);
    return { steps, ms, stepMs: this.pace.stepMs ?? ms };
  }

  /** Resolves when the metrics of every burst submitted so far have been taken. */
  async drain(): Promise<void> {
    while (this.inFlight.length > 0) await this.inFlight.shift();
  }

  /** Waits for every submitted step, and rewinds the runs that diverged. Comes before anything else is done to runs. */
  async settle(device: EngineDevice): Promise<void> {
    await this.drain();
    if (this.diverged.size === 0) return;
    for (const [run, { step, layer }] of this.diverged) {
      const { current: snapshot } = run.lastGoodSnapshot;
      run.rewind(snapshot);
      run.divergence = { step, layer };
      this.emit({ type: 'diverged', id: run.id, step, layer, lastGoodStep: snapshot.step });
    }
    this.diverged.clear();
    this.runs.regroup(device);
  }

  /** Keeps a copy of every run that trains. */
  async snapshot(device: EngineDevice): Promise<void> {
    await this.settle(device);
    const startMs = performance.now();
    for (const run of this.runs.live) {
      if (run.step === run.lastGoodSnapshot.current.step) continue;
      const bad = await run.snapshot();
      if (bad !== null) this.diverge(run, bad);
    }
    await this.settle(device);
    const nowMs = performance.now();
    this.snapshotClock.taken(this.steps, nowMs, nowMs - startMs);
    this.options.onSnapshot?.();
  }

  /** The test that is due while training. */
  private async test(device: EngineDevice, signal: AbortSignal): Promise<void> {
    await this.settle(device);
    await this.tests.all(device, this.pace.stepMs, signal);
    this.tests.scheduleNext(this.steps, this.pace.stepMs);
  }

  /** The test of the runs at rest. Nothing must be under way. */
  testAtRest(device: EngineDevice, signal: AbortSignal): Promise<void> {
    return this.tests.all(device, this.pace.stepMs, signal);
  }

  /** Other runs or other weights: durations and due times are counted from here. */
  restart(): void {
    this.pace.reset();
    this.tests.restart();
    this.snapshotClock.taken(this.steps, performance.now(), 0);
  }

  /** The device is gone: nothing submitted will come back. */
  abandonDevice(): void {
    this.inFlight.length = 0;
    // A divergence that was not reported yet is void: its run is back at its last snapshot.
    for (const run of this.diverged.keys()) run.status = 'live';
    this.diverged.clear();
    this.runs.abandonDevice();
    this.restart();
  }

  /** Leaves the device, to continue on another one from the snapshots. Nothing must be under way. */
  leaveDevice(): void {
    this.runs.leaveDevice();
    this.restart();
  }

  /** Files a run's metrics away, up to the first that is not finite. */
  private take(run: Run, metrics: readonly StepMetrics[], timing: BurstTiming): void {
    // A diverged run's later steps are void.
    if (run.status !== 'live') return;
    this.options.onMetrics?.(run, metrics, timing);
    const { good, bad } = run.examine(metrics);
    const { stepMs } = timing;
    run.elapsedMs += (timing.ms / timing.steps) * good.length;
    if (good.length > 0) {
      const batch = packMetrics(run.id, good, run.elapsedMs, timing.ms / timing.steps);
      const imagesPerSecond = (1000 * run.config.training.batchSize) / stepMs;
      this.emit({ type: 'metrics', batch, imagesPerSecond, stepMs });
    }
    if (bad !== null) this.diverge(run, bad);
  }

  /** To be rewound and reported by the next `settle`. */
  private diverge(run: Run, divergence: Divergence): void {
    run.status = 'diverged';
    this.diverged.set(run, divergence);
  }

  /** Ends the runs that have made their last step, with a snapshot and a test. */
  private async finish(device: EngineDevice, signal: AbortSignal): Promise<void> {
    const isDone = (run: Run) => run.stepsLeft <= 0;
    if (!this.runs.live.some(isDone)) return;
    await this.snapshot(device);
    const done = this.runs.live.filter(isDone);
    for (const run of done) {
      const { id, step } = run;
      // Reading them can fail with the device: the run is then still to be ended.
      const finalWeights = await finalWeightsOf(run);
      run.status = 'finished';
      this.emit({ type: 'finished', id, step, finalWeights });
    }
    this.runs.regroup(device);
    for (const run of done) await this.tests.one(device, run, signal);
  }

  private get snapshotIsDue(): boolean {
    if (this.options.takesSnapshots === false) return false;
    const leavesTrail = this.runs.live.some(({ trail, step }) => trail.isDue(step));
    return this.snapshotClock.isDue(this.steps, performance.now(), leavesTrail);
  }
}
