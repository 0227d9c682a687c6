/**
 * What goes on between commands: bursts of steps towards the goal that the last command set, predictions that wait for
 * images, turns of studies; and the state that the page is told of.
 */
import { ChunkError } from '../chunk.ts';
import { reasonOf } from '../data/dataError.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { CommandQueue } from './commandQueue.ts';
import type { Datasets } from './datasets.ts';
import { lossOf, recentLoss } from './deviceReports.ts';
import type { EngineHost } from './engineHost.ts';
import type { TrainingEvent } from './protocol/events.ts';
import type { Queries } from './queries.ts';
import type { Run } from './run.ts';
import type { Studies } from './studies/studies.ts';
import type { Trainer } from './trainer.ts';
import type { WantedRuns } from './wantedRuns.ts';
import { t } from '../text/t.ts';

type State = Extract<TrainingEvent, { type: 'state' }>['state'];

/** What a session consists of. */
export interface SessionParts {
  readonly emit: (event: TrainingEvent) => void;
  readonly queue: CommandQueue;
  readonly wanted: WantedRuns;
  readonly host: EngineHost;
  readonly datasets: Datasets;
  readonly trainer: Trainer;
  readonly queries: Queries;
  readonly checkpoints: Checkpoints;
  readonly studies: Studies;
}

export class TrainingLoop {
  goal: 'rest' | 'train' | 'oneStep' = 'rest';
  /** Test images whose predictions were asked for before they had arrived. */
  pendingPrediction: readonly number[] | null = null;
  #state: State = 'idle';
  /** As last told. */
  #rests = false;

  constructor(private readonly parts: SessionParts) {}

  /** One burst or one turn of a study. @returns false when there is nothing to do until the next wake. */
  async turn(): Promise<boolean> {
    const { queries, studies, trainer } = this.parts;
    if (this.device === null) return false;
    const trains = this.goal !== 'rest';
    // While training, bursts see to it.
    if (!trains && trainer.canWhiten) await this.whiten(this.device);
    if (this.pendingPrediction !== null) {
      if (await queries.predict(this.device, this.pendingPrediction)) this.pendingPrediction = null;
    }
    if (studies.takesTurn(trains)) return studies.round(this.device);
    return trains && ((await this.train(this.device)) || studies.isReady);
  }

  /** Where what it takes can't be fetched, the next wake tries again, and training says so. */
  private async whiten(device: EngineDevice): Promise<void> {
    try {
      await this.parts.trainer.whiten(device);
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
    }
  }

  /** A burst if there is one to make. @returns false while waiting for data. */
  private async train(device: EngineDevice): Promise<boolean> {
    const { datasets, trainer, queue } = this.parts;
    const oneStep = this.goal === 'oneStep';
    const progress = await trainer.advance(device, oneStep, queue.signal);
    if (progress === 'waitingForData') {
      const { live } = trainer.runs;
      const failed = live.some((run) => datasets.ofRun(run).failure !== null);
      if (failed) await this.rest();
      else this.setState('waitingForData');
      return false;
    }
    if (oneStep || progress === 'nothingLeft') await this.rest();
    return true;
  }

  /** Ends training after the last submitted step, takes a snapshot, and tests unless a command comes in. */
  async rest(): Promise<void> {
    const { trainer, checkpoints, queue } = this.parts;
    const tests = this.goal !== 'oneStep';
    this.goal = 'rest';
    if (this.device === null) return this.setState(this.restingState);
    await trainer.settle(this.device);
    this.setState(this.restingState);
    await trainer.snapshot(this.device);
    checkpoints.keep();
    if (tests) await trainer.testAtRest(this.device, queue.signal);
  }

  /** Puts the device down if it has been lost. */
  abandonLost(): void {
    const { lost } = this.parts.host;
    if (lost !== null && this.device !== null) this.abandonDevice(lost);
  }

  abandonDevice(message: string): void {
    const { host, studies, emit } = this.parts;
    this.goal = 'rest';
    host.abandon(message);
    studies.failAll(t`The engine was lost. Restart the runs, then start again.`, true);
    emit(lossOf(this.runs, host.lost));
    this.setState(this.restingState);
  }

  /** Ends training where a command or a burst threw. */
  async fail(error: unknown): Promise<void> {
    this.goal = 'rest';
    const { emit, wanted } = this.parts;
    const loss = this.device && (await recentLoss(this.device));
    if (loss !== null) {
      this.abandonDevice(loss.message);
      return wanted.defer();
    }
    wanted.fail(reasonOf(error));
    emit({ type: 'failed', message: reasonOf(error) });
    this.setState(this.restingState);
  }

  setState(state: State): void {
    const isBuilding = state === 'preparing' || state === 'tuning';
    const rests = isBuilding && this.goal === 'rest' && !this.parts.queue.hasStart;
    if (state === this.#state && rests === this.#rests) return;
    this.#state = state;
    this.#rests = rests;
    this.parts.emit({ type: 'state', state, ...(rests && { rests }) });
  }

  /** Tells the page where a command that waits is to train what is being built. */
  commandsChanged(): void {
    if (this.#rests) this.setState(this.#state);
  }

  get state(): State {
    return this.#state;
  }

  get restingState(): State {
    return this.runs.some(({ step }) => step > 0) ? 'paused' : 'idle';
  }

  private get runs(): Run[] {
    return this.parts.trainer.runs.all;
  }

  private get device(): EngineDevice | null {
    return this.parts.host.device;
  }
}
