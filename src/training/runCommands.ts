/** Commands that change runs: which there are, how they are built, where they stand. Nothing must be under way. */
import { ChunkError } from '../chunk.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';
import { refuse } from '../model/errors.ts';
import { loadStateDict } from '../weights/loadStateDict.ts';
import { WeightsError } from '../weights/weightsError.ts';
import { applyChange, type ChangedConfig, type RunEdit, stretchedLabel } from './changes.ts';
import { type Revived, resumedRunOf } from './checkpoints.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { type Refused, refusing } from './refusals.ts';
import { Run } from './run.ts';
import type { NamedTensor, RunId, RunLabel } from './runIdentity.ts';
import { dependsOnTotal, scaleLearningRate } from './schedule.ts';
import type { Trainer } from './trainer.ts';
import type { Tuning } from './tuning.ts';
import { checkPrecision, checkRunnable } from './validateRun.ts';
import { t } from '../text/t.ts';

interface WantedRun {
  readonly id: RunId;
  readonly config: RunConfig;
  readonly view?: RunLabel | undefined;
  readonly kernelCode?: string | undefined;
  readonly from?: ArrayBuffer | undefined;
}

/** A run as a file left it, not on a device yet. @throws ConfigError */
type Revive = (id: RunId, file: ArrayBuffer) => Promise<Revived>;

const isSame = (a: RunConfig, b: RunConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

export class RunCommands {
  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly trainer: Trainer,
    private readonly tuning: Tuning,
    private readonly revive: Revive,
  ) {}

  /**
   * Runs with an unchanged config continue. A run whose config changed restarts at step 0, from the weights of its file
   * if it had one and they still fit; one that comes with its file goes on from there. All or nothing: one refusal leaves
   * every run as it was.
   * @returns whether the runs are those wanted.
   */
  async setRuns(
    device: EngineDevice,
    wanted: readonly WantedRun[],
    onRefused: (event: Refused) => void,
  ): Promise<boolean> {
    const { runs: present } = this.trainer;
    const runs: Run[] = [];
    const revived: Revived[] = [];
    for (const { id, config, kernelCode, from } of wanted) {
      const run = await refusing(onRefused, id, async () => {
        if (from !== undefined) {
          const back = await this.revive(id, from);
          revived.push(back);
          return back.run;
        }
        const old = present.get(id);
        if (old !== undefined && isSame(old.config, config)) return old;
        checkRunnable(config);
        checkPrecision(config, device);
        const run = new Run(id, config);
        device.checkSize({ graph: run.graph, training: config.training });
        run.wantedKernelCode = kernelCode ?? null;
        if (old !== undefined) run.inherit(old);
        return run;
      });
      if (run === null) return false;
      runs.push(run);
    }
    const added = runs.filter((run) => present.get(run.id) !== run);
    await this.tuning.choose(device, added);
    const attached = await refusing(onRefused, null, () => present.attachAll(device, runs));
    if (attached === null) return false;
    const resumed = await Promise.all(revived.map(({ saved, run }) => resumedRunOf(saved, run)));
    for (const [i, run] of runs.entries()) run.view = wanted[i]?.view ?? run.view;
    present.replace(runs);
    present.regroup(device);
    this.trainer.restart();
    for (const [run, compileMs] of attached) this.emit(run.prepared(compileMs));
    for (const run of resumed) this.emit({ type: 'revived', run });
    return true;
  }

  /**
   * A new learning rate, shortcuts switched, another number of steps, or other tests; weights and momentum stay. A
   * finished run that gets more steps trains on.
   */
  async change(device: EngineDevice, run: Run, edit: RunEdit): Promise<void> {
    const { changes, runs } = this.trainer;
    const changed = await refusing(this.emit, run.id, async () => edited(run, edit));
    if (changed === null || !(await changes.reconfigure(device, run, changed.config))) return;
    run.made(edit);
    if (run.originalConfig !== null)
      run.originalConfig = applyChange(run.originalConfig, edit).config;
    if (run.status === 'finished' && run.stepsLeft > 0) {
      run.status = 'live';
      runs.regroup(device);
    }
    if (edit.kind === 'testViews') this.trainer.tests.restart();
    changes.tell(run, changed);
  }

  /**
   * Back to the last good snapshot at `factor` times the learning rate. The run continues from its own step, in a group
   * of its own with the batches of those steps, while the others are where they are.
   */
  restore(device: EngineDevice, run: Run, factor: number): void {
    const { training } = run.config;
    const learningRate = scaleLearningRate(training.learningRate, factor);
    run.config = { ...run.config, training: { ...training, learningRate } };
    run.rewind(run.lastGoodSnapshot.current);
    if (typeof learningRate === 'number') run.made({ kind: 'learningRate', learningRate });
    else run.replay = null;
    run.status = 'live';
    run.divergence = null;
    this.trainer.runs.regroup(device);
    const rate = typeof learningRate === 'number' ? learningRate : learningRate.base;
    const label = `back to step ${run.step}, learning rate ${rate}`;
    run.mark(label);
    const { id, status, step, config } = run;
    this.emit({ type: 'restored', id, status, step, label, config });
  }

  /** Restarts the run from the tensors of a file, which are checked against its network once more. */
  async loadWeights(
    device: EngineDevice,
    run: Run,
    { source, tensors }: { source: string; tensors: readonly NamedTensor[] },
  ): Promise<void> {
    const byName = tensors.map(
      ({ name, ...tensor }) => [name, { dtype: 'F32', ...tensor }] as const,
    );
    try {
      const { stateFor } = await loadStateDict();
      const { state } = stateFor(run.graph, { tensors: new Map(byName) });
      run.startFrom({ source, weights: state });
    } catch (error) {
      if (!(error instanceof WeightsError || error instanceof ChunkError)) throw error;
      this.emit({ type: 'refused', id: run.id, field: 'weights', message: error.message });
      return;
    }
    this.trainer.runs.regroup(device);
    this.trainer.restart();
    run.mark(`weights of ${source}`);
    this.emit({ type: 'weightsLoaded', id: run.id, source, startId: run.startId });
  }

  /** Every run back to step 0, and to what it was before its scheduled changes. Nothing must be under way. */
  async reset(device: EngineDevice): Promise<void> {
    const { changes, runs } = this.trainer;
    for (const run of runs.all) {
      const { originalConfig: config } = run;
      if (config !== null && (await changes.reconfigure(device, run, config))) {
        run.originalConfig = null;
        changes.tell(run, { config, label: '' }, 'upkeep');
      }
      run.reset();
      this.emit({ type: 'reset', id: run.id, startId: run.startId });
    }
    runs.regroup(device);
    this.trainer.restart();
  }

  /**
   * Every run onto a new device, where its last snapshot left it.
   * @param what the device is, for the charts: `new device`.
   * @throws EngineError
   */
  async reattach(device: EngineDevice, what: string): Promise<void> {
    const { runs: present } = this.trainer;
    for (const run of present.all) this.emit(run.prepared(await present.attach(device, run)));
    present.regroup(device);
    for (const run of present.all) {
      const { id, status, step, config } = run;
      const label = `${what}, from step ${step}`;
      run.mark(label);
      this.emit({ type: 'restored', id, status, step, label, config });
    }
  }
}

/** @throws ConfigError where the edit can't be made. */
function edited({ config, step }: Run, edit: RunEdit): ChangedConfig {
  const changed = applyChange(config, edit);
  if (edit.kind !== 'steps') return changed;
  if (edit.steps < step) {
    refuse('training.steps', t`${step} steps have been made. Enter at least as many.`);
  }
  const { learningRate } = config.training;
  return typeof learningRate === 'object' && dependsOnTotal(learningRate, step)
    ? { ...changed, label: stretchedLabel(learningRate.type, edit.steps) }
    : changed;
}
