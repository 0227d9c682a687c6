/** Checkpoints of the runs in training: put together, exported as a file, and resumed from. */
import { ChunkError } from '../chunk.ts';
import { reasonOf, sentence } from '../data/dataError.ts';
import type { AdapterDescription, EngineDevice, KernelChoices } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { parseChoices } from '../engine/kernelChoices.ts';
import { ConfigError, refuse } from '../model/errors.ts';
import {
  type Checkpoint,
  CheckpointError,
  type DatasetIdentity,
  identityOf,
  isSameAdapter,
  type SavedRun,
} from './checkpoint/checkpoint.ts';
import { loadReading } from './checkpoint/loadReading.ts';
import { checkpointFileName, writeCheckpoint } from './checkpoint/write.ts';
import { CheckpointKeeper, type KeeperDeps } from './checkpointKeeper.ts';
import { finalWeightsOf } from './finalWeights.ts';
import type { Command } from './protocol/commands.ts';
import type { ResumedRun, TrainingEvent } from './protocol/events.ts';
import { Run } from './run.ts';
import type { RunId } from './runIdentity.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingData } from './trainingData.ts';
import { checkRunnable } from './validateRun.ts';
import { t } from '../text/t.ts';

/** An ArrayBuffer of this length is refused by some browsers. */
const MAX_FILE_BYTES = 2 ** 31;

/** A run of a file, and what the file says of it. */
export interface Revived {
  readonly saved: SavedRun;
  readonly run: Run;
}

export class Checkpoints {
  private readonly keeper: CheckpointKeeper | null;

  /**
   * @param adapterOf the adapter of the device, or of the last one.
   * @param keeper where checkpoints are kept while training; undefined: nowhere.
   */
  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly trainer: Trainer,
    private readonly dataOf: (run: Run) => TrainingData,
    private readonly adapterOf: () => AdapterDescription,
    keeper: KeeperDeps | undefined,
  ) {
    this.keeper = keeper === undefined ? null : new CheckpointKeeper(keeper, emit);
  }

  /** Keeps the last snapshots if it is time. Returns at once: they are written while training continues. */
  keepIfDue(): void {
    if (this.keeper?.isDue(performance.now())) this.keep();
  }

  /** Keeps the last snapshots, unless they are kept already. */
  keep(): void {
    if (this.keeper === null) return;
    const checkpoint = this.capture();
    if (checkpoint !== null) this.keeper.save(checkpoint);
  }

  /** Keeps the last snapshots. @returns whether they are kept; true where there is nothing to lose. */
  async keepNow(): Promise<boolean> {
    const checkpoint = this.capture();
    if (checkpoint === null) return true;
    this.keeper?.save(checkpoint);
    return (await this.keeper?.isSaved()) ?? false;
  }

  /** To be waited for before runs train. */
  async ready(): Promise<void> {
    await this.keeper?.prepare();
  }

  /** To be called after runs were set, reset or given weights: if all are at step 0, another training begins. */
  begin(): void {
    if (this.trainer.runs.all.some(({ step }) => step > 0)) return;
    this.keeper?.begin();
  }

  /** @param own the training that the page had before it was reloaded; null: none. */
  async offer(own: string | null): Promise<void> {
    await this.keeper?.offer(own);
  }

  async discard(lineage: string): Promise<void> {
    await this.keeper?.discard(lineage);
  }

  /** Does what a command for checkpoints asks. Nothing must be under way. */
  async write(
    command: Extract<Command, { type: 'exportCheckpoint' | 'keepCheckpoint' }>,
  ): Promise<void> {
    switch (command.type) {
      case 'exportCheckpoint':
        return this.exportFile();
      case 'keepCheckpoint':
        return this.keep();
    }
  }

  /**
   * One run's file: where its last snapshot left it. Null where its config alone tells what it is, as it has made no step
   * and its weights are those of its seed; and where it is gone.
   */
  async saveRun(id: RunId): Promise<ArrayBuffer | null> {
    const run = this.trainer.runs.get(id);
    if (run === undefined || (run.history.length === 0 && run.weightsFrom === null)) return null;
    const runs = [run.saved(this.imagesOf(run), 0)];
    const { buffer } = await writeCheckpoint({
      savedAtMs: Date.now(),
      adapter: this.adapterOf(),
      runs,
    });
    return buffer;
  }

  /** A run as `saveRun` wrote it, not on a device yet. @throws ConfigError where it can't be one. */
  async revive(id: RunId, file: ArrayBuffer): Promise<Revived> {
    try {
      const { readCheckpoint } = await loadReading();
      const { runs } = await readCheckpoint(new Uint8Array(file));
      const [saved] = runs;
      if (saved === undefined) throw new CheckpointError('unfit', t`It holds no run.`);
      return { saved, run: this.prepare(saved, id) };
    } catch (error) {
      if (!(error instanceof CheckpointError || error instanceof ChunkError)) throw error;
      return refuse('', t`The run can’t be brought back: ${error.message}`);
    }
  }

  /** Sends the page a file with all runs as they are. */
  private async exportFile(): Promise<void> {
    const checkpoint = this.capture();
    if (checkpoint === null) {
      this.fail('export', t`No run has made a step yet, so there is nothing to keep.`);
      return;
    }
    const { buffer } = await writeCheckpoint(checkpoint);
    const fileName = checkpointFileName(checkpoint.runs);
    this.emit({ type: 'checkpointFile', fileName, bytes: buffer });
  }

  /** The file's checkpoint, or the one that was offered; null, after saying why, when it can't be read. */
  async find(file: Blob | null): Promise<Checkpoint | null> {
    if (file !== null) return this.read(file);
    try {
      const taken = (await this.keeper?.take()) ?? null;
      if (taken !== null && taken !== 'elsewhere') return taken;
      const message =
        taken === null
          ? t`The checkpoint that was kept here is gone. Nothing was changed.`
          : t`The checkpoint that was kept here is in use: another tab has taken it up. Nothing was changed.`;
      this.fail('resume', message);
      await this.keeper?.offerAnother();
    } catch (error) {
      const message = t`The checkpoint can’t be read: ${sentence(reasonOf(error))} Nothing was changed.`;
      this.fail('resume', message);
    }
    return null;
  }

  private async read(file: Blob): Promise<Checkpoint | null> {
    if (file.size > MAX_FILE_BYTES) {
      this.fail(
        'resume',
        t`This file is not a checkpoint of this page: it has ${file.size} bytes.`,
      );
      return null;
    }
    try {
      const { readCheckpoint } = await loadReading();
      return await readCheckpoint(new Uint8Array(await file.arrayBuffer()));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.fail(
        'resume',
        t`This file can’t be resumed from: ${error.message} Nothing was changed.`,
      );
      return null;
    }
  }

  /**
   * Replaces all runs with the saved ones, each where it was. All or nothing. Nothing must be under way.
   * @param ids a new one for each run.
   * @param isOffered whether it is the one that was offered.
   * @returns whether they are there.
   */
  async resume(
    device: EngineDevice,
    checkpoint: Checkpoint,
    ids: readonly RunId[],
    isOffered: boolean,
  ): Promise<boolean> {
    const { runs: present } = this.trainer;
    const runs: Run[] = [];
    try {
      for (const [i, saved] of checkpoint.runs.entries()) {
        runs.push(this.prepare(saved, ids[i] ?? `resumed-${i}`));
      }
      const attached = await present.attachAll(device, runs);
      present.replace(runs);
      present.regroup(device);
      this.trainer.restart();
      await this.announce(device, checkpoint, runs, isOffered);
      if (isOffered) this.keeper?.taken();
      else this.keeper?.begin();
      for (const [run, compileMs] of attached) this.emit(run.prepared(compileMs));
      return true;
    } catch (error) {
      for (const run of runs) run.release();
      if (!isRefusal(error)) throw error;
      const message = t`This checkpoint can’t be resumed from: ${error.message} Nothing was changed.`;
      this.fail('resume', message);
      return false;
    }
  }

  /** All runs where their last snapshots left them; null where there is nothing to resume from. */
  private capture(): Checkpoint | null {
    const runs = this.trainer.runs.all.map((run, i) => run.saved(this.imagesOf(run), i));
    if (!runs.some(({ step, imported }) => step > 0 || imported !== null)) return null;
    return { savedAtMs: Date.now(), adapter: this.adapterOf(), runs };
  }

  private imagesOf(run: Run): DatasetIdentity | null {
    const { info } = this.dataOf(run);
    return info === null ? null : identityOf(info);
  }

  private prepare(saved: SavedRun, id: RunId): Run {
    checkRunnable(saved.config);
    const run = new Run(id, saved.config);
    if (saved.images !== null) this.dataOf(run).expect(saved.images);
    run.resume(saved);
    return run;
  }

  private async announce(
    { adapter }: EngineDevice,
    checkpoint: Checkpoint,
    runs: readonly Run[],
    ofOffer: boolean,
  ): Promise<void> {
    const { savedAtMs, adapter: savedOn } = checkpoint;
    this.emit({
      type: 'resumed',
      savedAtMs,
      ofOffer,
      otherAdapter: isSameAdapter(adapter, savedOn) ? null : savedOn.name,
      otherKernels: runs.some(({ kernelChoices: tiles }, i) =>
        haveChanged(parseChoices(checkpoint.runs[i]?.kernelChoices), tiles),
      ),
      runs: await Promise.all(
        checkpoint.runs.flatMap((saved, i) => {
          const run = runs[i];
          return run === undefined ? [] : [resumedRunOf(saved, run)];
        }),
      ),
    });
  }

  private fail(
    task: Extract<TrainingEvent, { type: 'checkpointFailed' }>['task'],
    message: string,
  ): void {
    this.emit({ type: 'checkpointFailed', task, message });
  }
}

/** What the page is told of a run that goes on where a file left it. */
export async function resumedRunOf(saved: SavedRun, run: Run): Promise<ResumedRun> {
  const { startId, name, colourIndex, config, originalConfig, status } = saved;
  const { divergence, step, marks } = saved;
  const finalWeights = status === 'finished' ? await finalWeightsOf(run) : null;
  return {
    ...{ id: run.id, startId, name, colourIndex, config, originalConfig, status },
    ...{ divergence, step, marks, finalWeights, ...run.layerNames, history: run.history.state },
  };
}

/** Whether an error only refuses the file or its runs, which changes nothing. */
function isRefusal(error: unknown): error is Error {
  if (error instanceof CheckpointError || error instanceof ConfigError) return true;
  if (error instanceof ChunkError) return true;
  return error instanceof EngineError && error.code !== 'device-lost';
}

/** Whether a run that had the kernels `before` has others `now`, as after an update of the kernels themselves. */
const haveChanged = (before: KernelChoices | null, now: KernelChoices | null): boolean =>
  Object.entries(now ?? {}).some(([id, key]) => before?.[id] !== key);
