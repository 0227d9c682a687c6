/** What the worker does with each command, which takes effect between two steps. */
import { loadDeferred } from '../chunk.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { EngineId } from '../engine/engineNames.ts';
import type { RunEdit } from './changes.ts';
import type { QueuedCommand, SetRuns } from './protocol/commands.ts';
import { needsDevice, type Question } from './queries.ts';
import type { Run } from './run.ts';
import type { RunCommands } from './runCommands.ts';
import type { RunId } from './runIdentity.ts';
import type { SessionParts, TrainingLoop } from './trainingLoop.ts';
import { t } from '../text/t.ts';

/** Changes that build another network. */
const RESHAPES: ReadonlySet<RunEdit['kind']> = new Set(['shortcuts', 'blockShortcut']);

export class CommandExecutor {
  constructor(
    private readonly parts: SessionParts,
    private readonly loop: TrainingLoop,
    private readonly commands: RunCommands,
  ) {}

  /** Carries a command out; its effects come as events. */
  async execute(command: QueuedCommand): Promise<void> {
    const { host, datasets, trainer, checkpoints, studies } = this.parts;
    switch (command.type) {
      case 'open':
        host.choice = command.engine ?? 'automatic';
        host.before = command.before ?? null;
        return this.open(command.baseUrl, command.lineage ?? null);
      case 'useEngine':
        return this.useEngine(command.engine);
      case 'setRuns':
        return this.setRuns(command);
      case 'train':
      case 'step':
        if (host.deviceOrWhy() === null) return;
        await checkpoints.ready();
        this.loop.goal = command.type === 'train' ? 'train' : 'oneStep';
        // What can't be loaded now is tried again when it is wanted.
        loadDeferred().catch(() => undefined);
        return datasets.loadFor(trainer.runs.live);
      case 'pause':
        return this.loop.rest();
      case 'reset':
        return this.editing(false, async (device) => {
          this.loop.goal = 'rest';
          datasets.dropFailed();
          datasets.takeFound([]);
          await this.commands.reset(device);
          checkpoints.begin();
          checkpoints.keep();
        });
      case 'change':
        return this.editing(RESHAPES.has(command.change.kind), (device) =>
          this.withRun(command.id, async (run) => {
            await this.commands.change(device, run, command.change);
            if (this.loop.goal === 'rest') checkpoints.keep();
          }),
        );
      case 'loadWeights':
        return this.editing(false, (device) =>
          this.withRun(command.id, async (run) => {
            await this.commands.loadWeights(device, run, command);
            checkpoints.begin();
            checkpoints.keep();
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
        await studies.add(this.device, command.key, command.study);
        return datasets.loadFor(studies.all);
      case 'cancelStudy':
        // It may have been queued since the command came in.
        return studies.cancel(command.key);
      case 'predict':
        this.loop.pendingPrediction = command.images;
        return datasets.loadFor(this.runs.filter((run, i) => i === 0 || run.awaitsImages));
      case 'recover':
        return this.recover();
      case 'loseDevice':
        return this.device?.destroy();
      case 'loadData':
        return datasets.keep(command.data, command.seed);
      case 'deleteData':
        return datasets.deleteKept();
      case 'label':
        return this.withRun(command.id, async (run) => {
          run.view = command.view;
        });
      case 'takeFoundImages': {
        if (this.device !== null) await trainer.settle(this.device);
        const changed = datasets.takeFound(this.runs);
        for (const run of changed) run.takeOtherImages();
        if (changed.length > 0 && this.device !== null) trainer.runs.regroup(this.device);
        return;
      }
      case 'saveRun': {
        const file = this.saved(command.id);
        // A failure reaches the page as the answer, too.
        command.resolve(file);
        await file;
        return;
      }
      case 'keepNow': {
        const isKept = this.keptNow();
        command.resolve(isKept);
        await isKept;
        return;
      }
      case 'exportCheckpoint':
      case 'keepCheckpoint':
        if (this.device !== null) await trainer.snapshot(this.device);
        return checkpoints.write(command);
      case 'resume':
        return this.resume(command.file, command.ids);
      case 'discardCheckpoint':
        return checkpoints.discard(command.lineage);
      default:
        return command satisfies never;
    }
  }

  private async setRuns(command: SetRuns): Promise<void> {
    const { host, wanted, datasets, trainer, checkpoints } = this.parts;
    if (wanted.isOutdated(command)) return;
    if (host.lost !== null) return wanted.defer(command);
    wanted.begin(command);
    await this.editing(true, async (device) => {
      wanted.end(await this.commands.setRuns(device, command.runs, wanted.refused));
      checkpoints.begin();
      checkpoints.keep();
      this.retainData();
      if (this.loop.goal === 'rest') return;
      await checkpoints.ready();
      datasets.loadFor(trainer.runs.live);
    });
    // Where there never was a device, runs are the page's alone.
    wanted.end(true);
  }

  private async saved(id: RunId): Promise<ArrayBuffer | null> {
    const { trainer, checkpoints } = this.parts;
    if (this.device !== null) await trainer.snapshot(this.device);
    return checkpoints.saveRun(id);
  }

  private async keptNow(): Promise<boolean> {
    const { trainer, checkpoints } = this.parts;
    if (this.device !== null) await trainer.snapshot(this.device);
    return checkpoints.keepNow();
  }

  private async resume(file: Blob | null, ids: readonly RunId[]): Promise<void> {
    const { wanted, datasets, trainer, checkpoints } = this.parts;
    const checkpoint = await checkpoints.find(file);
    if (checkpoint === null) return;
    await this.editing(true, async (device) => {
      await trainer.snapshot(device);
      checkpoints.keep();
      if (!(await checkpoints.resume(device, checkpoint, ids, file === null))) return;
      wanted.resumed();
      this.loop.goal = 'rest';
      this.retainData();
      datasets.loadFor(trainer.runs.live);
    });
  }

  private async open(baseUrl: string, lineage: string | null): Promise<void> {
    const { host, datasets, checkpoints } = this.parts;
    datasets.baseUrl = baseUrl;
    // The offer is not waited for: reading and checking a large file takes a while.
    if (this.device === null && (await host.open())) void checkpoints.offer(lineage);
  }

  /** Moves every run to another engine, or back to the one before where that does not run. */
  private async useEngine(engine: EngineId): Promise<void> {
    const { host, trainer, studies } = this.parts;
    const before = host.engine;
    const device = host.deviceOrWhy();
    if (device === null || before === null || engine === before) return;
    await trainer.snapshot(device);
    const { state } = this.loop;
    this.loop.setState('preparing');
    studies.failAll(t`Another engine was chosen in the meantime. Start it again.`, false);
    const loss = await host.switchTo(engine, before);
    if (loss !== null) this.loop.abandonDevice(loss);
    this.loop.setState(this.loop.goal === 'rest' ? this.loop.restingState : state);
  }

  /** Takes a new device, and puts every image and every run onto it. */
  private async recover(): Promise<void> {
    const { host, wanted } = this.parts;
    if (this.device !== null) return;
    this.loop.setState('preparing');
    const loss = await host.recover();
    if (loss !== null) this.loop.abandonDevice(loss);
    else {
      const deferred = wanted.takeDeferred();
      // Not through the queue, where later ones may wait.
      if (deferred !== null) await this.setRuns(deferred);
    }
    this.loop.setState(this.loop.restingState);
  }

  /** Changes runs, with a device and nothing under way. With `builds` the state is `preparing` in the meantime. */
  private async editing(
    builds: boolean,
    work: (device: EngineDevice) => Promise<void>,
  ): Promise<void> {
    const { host, trainer } = this.parts;
    const device = host.deviceOrWhy();
    if (device === null) return;
    await trainer.settle(device);
    const before = this.loop.state;
    if (builds) this.loop.setState('preparing');
    await work(device);
    this.loop.setState(this.loop.goal === 'rest' ? this.loop.restingState : before);
  }

  private async ask(question: Question, run: Run): Promise<void> {
    const { host, datasets, queries, queue } = this.parts;
    const device = needsDevice(question) ? host.deviceOrWhy() : this.device;
    if (device === null && needsDevice(question)) return;
    if (question.type === 'evaluate') datasets.loadFor([run]);
    await queries.answer(question, device, run, queue.signal);
  }

  private async withRun(id: RunId, work: (run: Run) => Promise<void>): Promise<void> {
    const { trainer, emit } = this.parts;
    const run = trainer.runs.get(id);
    if (run !== undefined) return work(run);
    emit({ type: 'refused', id, field: '', message: t`This run no longer exists.` });
  }

  /** Closes the datasets that nobody uses, and ends the studies of runs that are gone. */
  private retainData(): void {
    const { datasets, studies } = this.parts;
    studies.dropOrphans();
    datasets.retainFor([...this.runs, ...studies.all]);
  }

  private get runs(): Run[] {
    return this.parts.trainer.runs.all;
  }

  private get device(): EngineDevice | null {
    return this.parts.host.device;
  }
}
