/**
 * What the worker does with each command. Commands are executed one at a time between bursts of steps, so a change takes
 * effect between two steps.
 */
import { loadDeferred } from '../chunk.ts';
import { reasonOf } from '../data/dataError.ts';
import type { DatasetDeps } from '../data/dataset.ts';
import type { EngineDevice, TuningStore } from '../engine/api.ts';
import type { EngineId } from '../engine/engineNames.ts';
import type { RunConfig } from '../model/config.ts';
import type { RunEdit } from './changes.ts';
import type { KeeperDeps } from './checkpointKeeper.ts';
import { Checkpoints } from './checkpoints.ts';
import { CommandQueue } from './commandQueue.ts';
import { Datasets } from './datasets.ts';
import { lossOf, recentLoss } from './deviceReports.ts';
import { EngineHost, type OpenEngineBy } from './engineHost.ts';
import type { Command, QueuedCommand } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { needsDevice, Queries, type Question } from './queries.ts';
import type { Run } from './run.ts';
import { RunCommands } from './runCommands.ts';
import type { RunId } from './runIdentity.ts';
import { Studies } from './studies/studies.ts';
import { Trainer } from './trainer.ts';
import { Tuning } from './tuning.ts';
import { t } from '../text/t.ts';

type State = Extract<TrainingEvent, { type: 'state' }>['state'];

interface SessionDeps {
  readonly emit: (event: TrainingEvent) => void;
  /** A new device. @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  readonly openEngine: OpenEngineBy;
  /** Where images come from; the page's base URL comes with `open`. */
  readonly data?: Omit<DatasetDeps, 'baseUrl' | 'signal' | 'onProgress'>;
  /** Where checkpoints are kept; without it they are not. */
  readonly keeper?: KeeperDeps;
  /** Where choices of kernels are kept between visits. */
  readonly tuningStore?: TuningStore | null;
}

/** Changes that build another network. */
const RESHAPES: ReadonlySet<RunEdit['kind']> = new Set(['shortcuts', 'blockShortcut']);

export class TrainingSession {
  private readonly queue = new CommandQueue();
  /** A command that came while the device was lost. */
  private deferred: Command | null = null;
  private goal: 'rest' | 'train' | 'oneStep' = 'rest';
  private state: State = 'idle';
  /** Test images whose predictions were asked for before they had arrived. */
  private pendingPrediction: readonly number[] | null = null;
  private readonly emit: (event: TrainingEvent) => void;
  private readonly host: EngineHost;
  private readonly datasets: Datasets;
  private readonly trainer: Trainer;
  private readonly commands: RunCommands;
  private readonly tuning: Tuning;
  private readonly queries: Queries;
  private readonly checkpoints: Checkpoints;
  private readonly studies: Studies;

  constructor({ emit, openEngine, data = {}, keeper, tuningStore = null }: SessionDeps) {
    const dataOf = (run: { readonly config: RunConfig }) => this.datasets.ofRun(run);
    this.datasets = new Datasets(
      data,
      emit,
      () => this.queue.wake(),
      () => this.queue.push({ type: 'takeFoundImages' }),
    );
    this.trainer = new Trainer({
      emit: (event) => emit(this.queue.numbered(event)),
      imagesOf: dataOf,
      isAwaited: () => !this.queue.isEmpty,
      onBurst: () => this.setState('training'),
      onSnapshot: () => this.checkpoints.keepIfDue(),
    });
    const { trainer } = this;
    this.emit = trainer.emit;
    this.tuning = new Tuning(tuningStore, (isTiming) =>
      this.setState(isTiming ? 'tuning' : 'preparing'),
    );
    this.commands = new RunCommands(this.emit, trainer, this.tuning, (id, file) =>
      this.checkpoints.revive(id, file),
    );
    this.host = new EngineHost(
      openEngine,
      () => {
        this.queue.interrupt();
        this.queue.wake();
      },
      this.tuning,
      trainer,
      this.datasets,
      this.commands,
    );
    this.queries = new Queries(this.emit, trainer, dataOf);
    this.studies = new Studies(this.emit, trainer, dataOf);
    const adapterOf = () => this.host.adapter;
    this.checkpoints = new Checkpoints(this.emit, trainer, dataOf, adapterOf, keeper);
  }

  /** Takes a command; its effects come as events. */
  handle(command: Command): void {
    if (command.type === 'keepCheckpoint' && command.isClosing) {
      // There may be no later moment, and the last snapshots need no device.
      this.checkpoints.keep();
      return;
    }
    if (command.type === 'cancelStudy') this.studies.cancel(command.key);
    this.queue.push(command);
  }

  /**
   * One run as a checkpoint file, from when its turn comes; null where it would start anew just as it is, or is gone.
   * Rejects where the device is lost or the file can't be written.
   */
  saveRun(id: RunId): Promise<ArrayBuffer | null> {
    return new Promise((resolve) => this.queue.push({ type: 'saveRun', id, resolve }));
  }

  /** Serves commands and trains, forever. */
  async serve(): Promise<never> {
    for (;;) {
      const woken = this.queue.woken();
      try {
        if (!(await this.next())) await woken;
      } catch (error) {
        await this.fail(error);
      }
    }
  }

  /** One command or one burst. @returns false when there is nothing to do until the next wake. */
  private async next(): Promise<boolean> {
    if (this.host.lost !== null && this.device !== null) this.abandonDevice(this.host.lost);
    const command = this.queue.next();
    if (command !== undefined) {
      try {
        await this.execute(command);
      } finally {
        this.queue.done(command);
      }
      return true;
    }
    if (this.device === null) return false;
    if (this.pendingPrediction !== null) {
      if (await this.queries.predict(this.device, this.pendingPrediction))
        this.pendingPrediction = null;
    }
    const trains = this.goal !== 'rest';
    if (this.studies.takesTurn(trains)) return this.studies.round(this.device);
    return trains && ((await this.train(this.device)) || this.studies.isReady);
  }

  private async execute(command: QueuedCommand): Promise<void> {
    switch (command.type) {
      case 'open':
        this.host.choice = command.engine ?? 'automatic';
        this.host.before = command.before ?? null;
        return this.open(command.baseUrl, command.lineage ?? null);
      case 'useEngine':
        return this.useEngine(command.engine);
      case 'setRuns':
        if (this.host.lost !== null) {
          this.deferred = command;
          return;
        }
        return this.editing(true, async (device) => {
          await this.commands.setRuns(device, command.runs);
          this.checkpoints.begin();
          // What was brought back is in no checkpoint yet.
          if (command.runs.some(({ from }) => from !== undefined)) this.checkpoints.keep();
          this.retainData();
          if (this.goal === 'rest') return;
          await this.checkpoints.ready();
          this.datasets.loadFor(this.trainer.runs.live);
        });
      case 'train':
      case 'step':
        if (this.host.deviceOrWhy() === null) return;
        await this.checkpoints.ready();
        this.goal = command.type === 'train' ? 'train' : 'oneStep';
        // What can't be loaded now is tried again when it is wanted.
        loadDeferred().catch(() => undefined);
        return this.datasets.loadFor(this.trainer.runs.live);
      case 'pause':
        return this.rest();
      case 'reset':
        return this.editing(false, async (device) => {
          this.goal = 'rest';
          this.datasets.dropFailed();
          this.datasets.takeFound([]);
          await this.commands.reset(device);
          this.checkpoints.begin();
        });
      case 'change':
        return this.editing(RESHAPES.has(command.change.kind), (device) =>
          this.withRun(command.id, async (run) => {
            await this.commands.change(device, run, command.change);
            if (this.goal === 'rest') this.checkpoints.keep();
          }),
        );
      case 'loadWeights':
        return this.editing(false, (device) =>
          this.withRun(command.id, async (run) => {
            await this.commands.loadWeights(device, run, command);
            this.checkpoints.begin();
            this.checkpoints.keep();
          }),
        );
      case 'restore':
        return this.editing(false, (device) =>
          this.withRun(command.id, async (run) =>
            this.commands.restore(device, run, command.learningRateFactor),
          ),
        );
      case 'evaluate':
      case 'profile':
      case 'exportWeights':
      case 'continueInPyTorch':
        return this.withRun(command.id, (run) => this.ask(command, run));
      case 'study':
        await this.studies.add(this.device, command.key, command.study);
        return this.datasets.loadFor(this.studies.all);
      case 'cancelStudy':
        // It may have been queued since the command came in.
        return this.studies.cancel(command.key);
      case 'predict':
        this.pendingPrediction = command.images;
        return this.datasets.loadFor(this.runs.slice(0, 1));
      case 'recover':
        return this.recover();
      case 'loseDevice':
        return this.device?.destroy();
      case 'loadData':
        return this.datasets.keep(command.data, command.seed);
      case 'deleteData':
        return this.datasets.deleteKept();
      case 'label':
        return this.withRun(command.id, async (run) => {
          run.view = command.view;
        });
      case 'takeFoundImages':
        if (this.device !== null) await this.trainer.settle(this.device);
        if (this.datasets.takeFound(this.runs) && this.device !== null) {
          this.trainer.runs.regroup(this.device);
        }
        return;
      case 'saveRun': {
        const file = this.saved(command.id);
        // A failure reaches the page as the answer, too.
        command.resolve(file);
        await file;
        return;
      }
      case 'exportCheckpoint':
      case 'keepCheckpoint':
        if (this.device !== null) await this.trainer.snapshot(this.device);
        return this.checkpoints.write(command);
      case 'resume':
        return this.resume(command.file, command.ids);
      case 'discardCheckpoint':
        return this.checkpoints.discard(command.lineage);
      default:
        return command satisfies never;
    }
  }

  /** A burst if there is one to make. @returns false while waiting for data. */
  private async train(device: EngineDevice): Promise<boolean> {
    const oneStep = this.goal === 'oneStep';
    const progress = await this.trainer.advance(device, oneStep, this.queue.signal);
    if (progress === 'waitingForData') {
      const { live } = this.trainer.runs;
      const failed = live.some((run) => this.datasets.ofRun(run).failure !== null);
      if (failed) await this.rest();
      else this.setState('waitingForData');
      return false;
    }
    if (oneStep || progress === 'nothingLeft') await this.rest();
    return true;
  }

  /** Ends training after the last submitted step, takes a snapshot, and tests unless a command comes in. */
  private async rest(): Promise<void> {
    const tests = this.goal !== 'oneStep';
    this.goal = 'rest';
    if (this.device === null) return this.setState(this.restingState);
    await this.trainer.settle(this.device);
    this.setState(this.restingState);
    await this.trainer.snapshot(this.device);
    this.checkpoints.keep();
    if (tests) await this.trainer.testAtRest(this.device, this.queue.signal);
  }

  private async saved(id: RunId): Promise<ArrayBuffer | null> {
    if (this.device !== null) await this.trainer.snapshot(this.device);
    return this.checkpoints.saveRun(id);
  }

  private async resume(file: Blob | null, ids: readonly RunId[]): Promise<void> {
    const checkpoint = await this.checkpoints.find(file);
    if (checkpoint === null) return;
    await this.editing(true, async (device) => {
      await this.trainer.snapshot(device);
      this.checkpoints.keep();
      if (!(await this.checkpoints.resume(device, checkpoint, ids, file === null))) return;
      this.goal = 'rest';
      this.retainData();
      this.datasets.loadFor(this.trainer.runs.live);
    });
  }

  private async open(baseUrl: string, lineage: string | null): Promise<void> {
    this.datasets.baseUrl = baseUrl;
    // The offer is not waited for: reading and checking a large file takes a while.
    if (this.device === null && (await this.host.open())) void this.checkpoints.offer(lineage);
  }

  /** Moves every run to another engine, or back to the one before where that does not run. */
  private async useEngine(engine: EngineId): Promise<void> {
    const before = this.host.engine;
    const device = this.host.deviceOrWhy();
    if (device === null || before === null || engine === before) return;
    await this.trainer.snapshot(device);
    const { state } = this;
    this.setState('preparing');
    this.studies.failAll(t`Another engine was chosen in the meantime. Start it again.`, false);
    const loss = await this.host.switchTo(engine, before);
    if (loss !== null) this.abandonDevice(loss);
    this.setState(this.goal === 'rest' ? this.restingState : state);
  }

  /** Takes a new device, and puts every image and every run onto it. */
  private async recover(): Promise<void> {
    if (this.device !== null) return;
    this.setState('preparing');
    const loss = await this.host.recover();
    if (loss !== null) this.abandonDevice(loss);
    else if (this.deferred !== null) this.handle(this.deferred);
    if (loss === null) this.deferred = null;
    this.setState(this.restingState);
  }

  private abandonDevice(message: string): void {
    this.goal = 'rest';
    this.host.abandon(message);
    this.studies.failAll(t`The engine was lost. Restart the runs, then start again.`, true);
    this.emit(lossOf(this.runs, this.host.lost));
    this.setState(this.restingState);
  }

  private async fail(error: unknown): Promise<void> {
    this.goal = 'rest';
    const { device } = this;
    if (device !== null) {
      const loss = await recentLoss(device);
      if (loss !== null) return this.abandonDevice(loss.message);
    }
    this.emit({ type: 'failed', message: reasonOf(error) });
    this.setState(this.restingState);
  }

  /** Changes runs, with a device and nothing under way. With `builds` the state is `preparing` in the meantime. */
  private async editing(
    builds: boolean,
    work: (device: EngineDevice) => Promise<void>,
  ): Promise<void> {
    const device = this.host.deviceOrWhy();
    if (device === null) return;
    await this.trainer.settle(device);
    const before = this.state;
    if (builds) this.setState('preparing');
    await work(device);
    this.setState(this.goal === 'rest' ? this.restingState : before);
  }

  private async ask(question: Question, run: Run): Promise<void> {
    const device = needsDevice(question) ? this.host.deviceOrWhy() : this.device;
    if (device === null && needsDevice(question)) return;
    if (question.type === 'evaluate') this.datasets.loadFor([run]);
    await this.queries.answer(question, device, run, this.queue.signal);
  }

  private async withRun(id: RunId, work: (run: Run) => Promise<void>): Promise<void> {
    const run = this.trainer.runs.get(id);
    if (run !== undefined) return work(run);
    this.emit({ type: 'refused', id, field: '', message: t`This run no longer exists.` });
  }

  /** Closes the datasets that nobody uses, and ends the studies of runs that are gone. */
  private retainData(): void {
    this.studies.dropOrphans();
    this.datasets.retainFor([...this.runs, ...this.studies.all]);
  }

  private get runs(): Run[] {
    return this.trainer.runs.all;
  }

  private get restingState(): State {
    return this.runs.some(({ step }) => step > 0) ? 'paused' : 'idle';
  }

  private get device(): EngineDevice | null {
    return this.host.device;
  }

  private setState(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.emit({ type: 'state', state });
  }
}
