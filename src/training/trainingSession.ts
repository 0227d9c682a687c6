/**
 * The training worker's session: puts its parts together, and serves commands one at a time between bursts of steps, so
 * that a change takes effect between two steps.
 */
import type { DatasetDeps } from '../data/dataset.ts';
import type { TuningStore } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';
import type { KeeperDeps } from './checkpointKeeper.ts';
import { Checkpoints } from './checkpoints.ts';
import { CommandExecutor } from './commandExecutor.ts';
import { CommandQueue } from './commandQueue.ts';
import { Datasets } from './datasets.ts';
import { EngineHost, type OpenEngineBy } from './engineHost.ts';
import type { Command } from './protocol/commands.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { Queries } from './queries.ts';
import { RunCommands } from './runCommands.ts';
import type { RunId } from './runIdentity.ts';
import { Studies } from './studies/studies.ts';
import { Trainer } from './trainer.ts';
import { TrainingLoop } from './trainingLoop.ts';
import { Tuning } from './tuning.ts';
import { WantedRuns } from './wantedRuns.ts';

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

export class TrainingSession {
  private readonly queue = new CommandQueue();
  private readonly checkpoints: Checkpoints;
  private readonly studies: Studies;
  private readonly loop: TrainingLoop;
  private readonly executor: CommandExecutor;

  constructor({ emit: tell, openEngine, data = {}, keeper, tuningStore = null }: SessionDeps) {
    const { queue } = this;
    const dataOf = (run: { readonly config: RunConfig }) => datasets.ofRun(run);
    const datasets = new Datasets(
      data,
      tell,
      () => queue.wake(),
      () => queue.push({ type: 'takeFoundImages' }),
    );
    const trainer = new Trainer({
      emit: (event) => tell(queue.numbered(event)),
      imagesOf: dataOf,
      isAwaited: () => !queue.isEmpty,
      onBurst: () => this.loop.setState('training'),
      onSnapshot: () => this.checkpoints.keepIfDue(),
    });
    const { emit } = trainer;
    const tuning = new Tuning(tuningStore, (isTiming) =>
      this.loop.setState(isTiming ? 'tuning' : 'preparing'),
    );
    const commands = new RunCommands(emit, trainer, tuning, (id, file) =>
      this.checkpoints.revive(id, file),
    );
    const onLost = () => {
      queue.interrupt();
      queue.wake();
    };
    const host = new EngineHost(openEngine, onLost, tuning, trainer, datasets, commands);
    const queries = new Queries(emit, trainer, dataOf);
    const studies = new Studies(emit, trainer, dataOf);
    const checkpoints = new Checkpoints(emit, trainer, dataOf, () => host.adapter, keeper);
    const wanted = new WantedRuns(emit);
    const parts = { emit, queue, wanted, host, datasets, trainer, queries, checkpoints, studies };
    this.checkpoints = checkpoints;
    this.studies = studies;
    this.loop = new TrainingLoop(parts);
    this.executor = new CommandExecutor(parts, this.loop, commands);
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
    this.loop.commandsChanged();
  }

  /**
   * One run as a checkpoint file, from when its turn comes; null where it would start anew just as it is, or is gone.
   * Rejects where the device is lost or the file can't be written.
   */
  saveRun(id: RunId): Promise<ArrayBuffer | null> {
    return new Promise((resolve) => this.queue.push({ type: 'saveRun', id, resolve }));
  }

  /** Has a checkpoint of this moment kept. @returns whether nothing would be lost now; rejects where the device is. */
  keepNow(): Promise<boolean> {
    return new Promise((resolve) => this.queue.push({ type: 'keepNow', resolve }));
  }

  /** Serves commands and trains, forever. */
  async serve(): Promise<never> {
    for (;;) {
      const woken = this.queue.woken();
      try {
        if (!(await this.next())) await woken;
      } catch (error) {
        await this.loop.fail(error);
      }
    }
  }

  /** One command or one burst. @returns false when there is nothing to do until the next wake. */
  private async next(): Promise<boolean> {
    this.loop.abandonLost();
    const command = this.queue.next();
    if (command === undefined) return this.loop.turn();
    try {
      await this.executor.execute(command);
    } finally {
      this.queue.done(command);
    }
    return true;
  }
}
