/**
 * What the worker does with each command. Commands are executed one at a time between bursts of steps, so that a change
 * takes effect between two steps of the lockstep, and training goes on in between.
 */

import { reasonOf } from '../data/dataError.ts';
import type { DatasetDeps } from '../data/dataset.ts';
import type { AdapterDescription, EngineDevice } from '../engine/api.ts';
import { EngineError } from '../engine/index.ts';
import { Answers } from './answers.ts';
import { Checkpoints } from './checkpoints.ts';
import { Conductor } from './conductor.ts';
import { Datasets } from './datasets.ts';
import { Edits } from './edits.ts';
import { datasetKey } from './grouping.ts';
import type { Command, RunId, TrainingEvent } from './protocol.ts';
import type { Run } from './run.ts';

type State = Extract<TrainingEvent, { type: 'state' }>['state'];

export interface SessionDeps {
  readonly emit: (event: TrainingEvent) => void;
  /** A new device. @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  readonly acquire: () => Promise<EngineDevice>;
  /** Where images come from; the page's base URL comes with `open`. */
  readonly data?: Omit<DatasetDeps, 'baseUrl' | 'signal' | 'onProgress'>;
}

/** These wait for a test to end; all others cut it short. */
const PATIENT: ReadonlySet<Command['type']> = new Set([
  'evaluate',
  'profile',
  'exportWeights',
  'continueInPyTorch',
  'predict',
]);
/** A failed readback may be known a little before the loss that it came from. */
const LOSS_MS = 1000;

const UNKNOWN_ADAPTER = { name: 'unknown', vendor: '', architecture: '', isSoftware: false };

export class Session {
  private readonly queue: Command[] = [];
  private wake: () => void = () => undefined;
  private interrupt = new AbortController();
  private device: EngineDevice | null = null;
  /** Of the device, or of the last one. */
  private adapter: AdapterDescription = UNKNOWN_ADAPTER;
  /** Set once the device is lost, until there is a new one. */
  private lost: string | null = null;
  /** Why there never was a device. */
  private unsupported: Extract<TrainingEvent, { type: 'unsupported' }> | null = null;
  /** Asked for while the device was lost. */
  private deferred: Command | null = null;
  private goal: 'rest' | 'train' | 'oneStep' = 'rest';
  private state: State = 'idle';
  /** Images asked for before they were there. */
  private pendingPrediction: readonly number[] | null = null;
  private readonly emit: (event: TrainingEvent) => void;
  private readonly datasets: Datasets;
  private readonly conductor: Conductor;
  private readonly edits: Edits;
  private readonly answers: Answers;
  private readonly checkpoints: Checkpoints;

  constructor(private readonly deps: SessionDeps) {
    const { emit } = deps;
    const dataOf = ({ config }: Run) => this.datasets.of(config.data, config.training.seed);
    this.emit = emit;
    this.datasets = new Datasets(deps.data ?? {}, emit, () => this.wake());
    this.conductor = new Conductor(emit, dataOf);
    this.edits = new Edits(emit, this.conductor);
    this.answers = new Answers(emit, this.conductor, dataOf);
    this.checkpoints = new Checkpoints(emit, this.conductor, dataOf);
  }

  /** Takes a command; its effects come as events. */
  handle(command: Command): void {
    this.queue.push(command);
    if (!PATIENT.has(command.type)) this.interrupt.abort();
    this.wake();
  }

  /** Serves commands and trains, for ever. */
  async serve(): Promise<never> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      try {
        if (!(await this.next())) await woken;
      } catch (error) {
        await this.fail(error);
      }
    }
  }

  /** One command or one burst. @returns false when there is nothing to do until the next wake. */
  private async next(): Promise<boolean> {
    this.interrupt = new AbortController();
    if (this.lost !== null && this.device !== null) this.abandonDevice(this.lost);
    const command = this.queue.shift();
    if (command !== undefined) {
      if (this.queue.some(({ type }) => !PATIENT.has(type))) this.interrupt.abort();
      await this.execute(command);
      return true;
    }
    if (this.device === null) return false;
    if (this.pendingPrediction !== null) {
      if (await this.answers.predict(this.device, this.pendingPrediction))
        this.pendingPrediction = null;
    }
    return this.goal === 'rest' ? false : this.train(this.device);
  }

  private async execute(command: Command): Promise<void> {
    switch (command.type) {
      case 'open':
        return this.open(command.baseUrl);
      case 'setRuns':
        if (this.lost !== null) {
          this.deferred = command;
          return;
        }
        return this.editing(true, async (device) => {
          await this.edits.setRuns(device, command.runs);
          this.datasets.retain(
            this.runs.map(({ config: c }) => datasetKey(c.data, c.training.seed)),
          );
          if (this.goal !== 'rest') this.loadData(this.conductor.roster.live);
        });
      case 'train':
      case 'step':
        if (this.deviceOrWhy() === null) return;
        this.goal = command.type === 'train' ? 'train' : 'oneStep';
        return this.loadData(this.conductor.roster.live);
      case 'pause':
        return this.rest();
      case 'reset':
        return this.editing(false, async (device) => {
          this.goal = 'rest';
          this.datasets.dropFailed();
          this.edits.reset(device);
        });
      case 'change':
        return this.editing(command.change.kind !== 'learningRate', (device) =>
          this.withRun(command.id, (run) => this.edits.change(device, run, command.change)),
        );
      case 'loadWeights':
        return this.editing(false, (device) =>
          this.withRun(command.id, async (run) => this.edits.loadWeights(device, run, command)),
        );
      case 'restore':
        return this.editing(false, (device) =>
          this.withRun(command.id, async (run) =>
            this.edits.restore(device, run, command.learningRateFactor),
          ),
        );
      case 'evaluate':
        return this.withRun(command.id, async (run) => {
          const device = this.deviceOrWhy();
          if (device === null) return;
          this.loadData([run]);
          await this.conductor.settle(device);
          await this.answers.evaluate(device, run, this.interrupt.signal);
        });
      case 'profile':
        return this.withRun(command.id, async (run) => {
          const device = this.deviceOrWhy();
          if (device === null) return;
          await this.conductor.settle(device);
          await this.answers.profile(device, run, this.interrupt.signal);
        });
      case 'exportWeights':
        return this.withRun(command.id, async (run) => {
          if (this.device !== null) await this.conductor.settle(this.device);
          await this.answers.exportWeights(run, command.choice);
        });
      case 'continueInPyTorch':
        return this.withRun(command.id, async (run) => {
          if (this.device !== null) await this.conductor.settle(this.device);
          await this.answers.continueInPyTorch(run);
        });
      case 'predict':
        this.pendingPrediction = command.images;
        return this.loadData(this.runs.slice(0, 1));
      case 'recover':
        return this.recover();
      case 'loseDevice':
        this.device?.destroy();
        return;
      case 'loadData':
        return this.datasets.keep(command.data, command.seed);
      case 'deleteData':
        return this.datasets.deleteKept();
      case 'exportCheckpoint':
        if (this.device !== null) await this.conductor.snapshot(this.device);
        return this.checkpoints.exportFile(this.adapter);
      case 'resume':
        return this.resume(command.file, command.ids);
      default:
        return command satisfies never;
    }
  }

  /** A burst if there is one to make. @returns false while waiting for data. */
  private async train(device: EngineDevice): Promise<boolean> {
    const oneStep = this.goal === 'oneStep';
    if (this.conductor.roster.stepsReady(1) > 0) this.setState('training');
    const progress = await this.conductor.advance(device, oneStep, this.interrupt.signal);
    switch (progress) {
      case 'advanced':
        if (oneStep) await this.rest();
        return true;
      case 'nothingLeft':
        await this.rest();
        return true;
      case 'waitingForData': {
        const failed = this.conductor.roster.groups.some(({ data }) => data.failure !== null);
        if (failed) await this.rest();
        else this.setState('waitingForData');
        return false;
      }
      default:
        return progress satisfies never;
    }
  }

  /** Ends training once every submitted step is done; then takes stock, unless a command comes in. */
  private async rest(): Promise<void> {
    const tests = this.goal !== 'oneStep';
    this.goal = 'rest';
    if (this.device === null) return this.setState(this.restingState);
    await this.conductor.settle(this.device);
    this.setState(this.restingState);
    await this.conductor.snapshot(this.device);
    if (tests) await this.conductor.testScheduled(this.device, this.interrupt.signal);
  }

  private async resume(file: Blob | null, ids: readonly RunId[]): Promise<void> {
    const checkpoint = file === null ? null : await this.checkpoints.open(file);
    if (checkpoint === null) return;
    await this.editing(true, async (device) => {
      if (!(await this.checkpoints.resume(device, checkpoint, ids))) return;
      this.goal = 'rest';
      this.datasets.retain(this.runs.map(({ config: c }) => datasetKey(c.data, c.training.seed)));
      this.loadData(this.conductor.roster.live);
    });
  }

  private async open(baseUrl: string): Promise<void> {
    this.datasets.baseUrl = baseUrl;
    if (this.device !== null) return;
    try {
      await this.takeDevice();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const { code: reason, message } = error;
      if (reason !== 'no-webgpu' && reason !== 'no-adapter' && reason !== 'device-refused')
        throw error;
      this.unsupported = { type: 'unsupported', reason, message };
      this.emit(this.unsupported);
    }
    if (this.device !== null) await this.announce(this.device);
  }

  private async announce(device: EngineDevice): Promise<void> {
    const gflops = await device.measureGflops();
    const { adapter, maxBufferBytes } = device;
    this.emit({ type: 'ready', adapter, gflops, maxBufferBytes });
  }

  /** A new device, every image and every run onto it. */
  private async recover(): Promise<void> {
    if (this.device !== null) return;
    this.setState('preparing');
    try {
      await this.edits.reattach(await this.takeDevice());
      if (this.deferred !== null) this.handle(this.deferred);
      this.deferred = null;
    } catch (error) {
      const next =
        'Close other pages that use the graphics card and try again, or export the weights and reload.';
      this.abandonDevice(`No new device: ${reasonOf(error)} ${next}`);
    }
    this.setState(this.restingState);
  }

  private async takeDevice(): Promise<EngineDevice> {
    const device = await this.deps.acquire();
    this.device = device;
    this.adapter = device.adapter;
    this.lost = null;
    this.unsupported = null;
    this.datasets.attach(device);
    device.lost.then(({ message }) => {
      if (this.device !== device) return;
      this.lost = message;
      this.interrupt.abort();
      this.wake();
    });
    return device;
  }

  private abandonDevice(message: string): void {
    this.lost = message;
    this.device = null;
    this.goal = 'rest';
    this.conductor.abandonDevice();
    this.datasets.detach();
    this.reportLoss();
    this.setState(this.restingState);
  }

  private reportLoss(): void {
    const lastSnapshotStep = Math.min(...this.runs.map(({ step }) => step));
    const message = this.lost ?? 'There is no graphics device.';
    this.emit({
      type: 'deviceLost',
      message,
      lastSnapshotStep: this.runs.length > 0 ? lastSnapshotStep : 0,
    });
  }

  private async fail(error: unknown): Promise<void> {
    this.goal = 'rest';
    const { device } = this;
    if (device !== null) {
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOSS_MS));
      const loss = await Promise.race([device.lost, late]);
      if (loss !== null) return this.abandonDevice(loss.message);
    }
    this.emit({ type: 'failed', message: reasonOf(error) });
    this.setState(this.restingState);
  }

  /** Does what changes runs: with a device and nothing under way. With `builds` the state is `preparing` meanwhile. */
  private async editing(
    builds: boolean,
    work: (device: EngineDevice) => Promise<void>,
  ): Promise<void> {
    const device = this.deviceOrWhy();
    if (device === null) return;
    await this.conductor.settle(device);
    const before = this.state;
    if (builds) this.setState('preparing');
    await work(device);
    this.setState(this.goal === 'rest' ? this.restingState : before);
  }

  private async withRun(id: RunId, work: (run: Run) => Promise<void>): Promise<void> {
    const run = this.conductor.roster.get(id);
    if (run !== undefined) return work(run);
    this.emit({ type: 'refused', id, field: '', message: 'There is no such run any more.' });
  }

  /** The device; where there is none, says so and gives null. */
  private deviceOrWhy(): EngineDevice | null {
    if (this.device === null && this.unsupported !== null) this.emit(this.unsupported);
    else if (this.device === null) this.reportLoss();
    return this.device;
  }

  private loadData(runs: readonly Run[]): void {
    for (const { config } of runs) this.datasets.load(config.data, config.training.seed);
  }

  private get runs(): Run[] {
    return this.conductor.roster.all;
  }

  private get restingState(): State {
    return this.runs.some(({ step }) => step > 0) ? 'paused' : 'idle';
  }

  private setState(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.emit({ type: 'state', state });
  }
}
