/** Commands that change runs: which there are, how they are built, where they stand. Nothing must be under way. */
import type { EngineDevice } from '../engine/api.ts';
import { EngineError } from '../engine/index.ts';
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import { ConfigError } from '../model/errors.ts';
import { stateFor } from '../weights/stateDict.ts';
import { WeightsError } from '../weights/weightsError.ts';
import {
  applyChange,
  type ChangedConfig,
  nextChange,
  sameModel,
  withoutChange,
} from './changes.ts';
import type { Conductor } from './conductor.ts';
import type { NamedTensor, RunChange, RunId, RunLabel, TrainingEvent } from './protocol.ts';
import { Run } from './run.ts';
import { scaleLearningRate } from './schedule.ts';
import type { Tuning } from './tuning.ts';
import { checkPrecision, checkRunnable } from './validateRun.ts';

export interface WantedRun {
  readonly id: RunId;
  readonly config: RunConfig;
  readonly view?: RunLabel | undefined;
  readonly kernelCode?: string | undefined;
}

const isSame = (a: RunConfig, b: RunConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

export class RunCommands {
  constructor(
    private readonly emit: (event: TrainingEvent) => void,
    private readonly conductor: Conductor,
    private readonly tuning: Tuning,
  ) {}

  /**
   * Runs whose config is as it was go on where they are; a run whose config changed starts anew, from the weights of a
   * file where it had been given any and they still fit. All or nothing: one refusal leaves every run as it was.
   */
  async setRuns(device: EngineDevice, wanted: readonly WantedRun[]): Promise<void> {
    const { roster } = this.conductor;
    const runs: Run[] = [];
    for (const { id, config, kernelCode } of wanted) {
      const run = await this.refusing(id, async () => {
        const old = roster.get(id);
        if (old !== undefined && isSame(old.config, config)) return old;
        checkRunnable(config);
        checkPrecision(config, device);
        const run = new Run(id, config);
        run.wantedKernels = kernelCode ?? null;
        if (old !== undefined) run.inherit(old);
        return run;
      });
      if (run === null) return;
      runs.push(run);
    }
    const added = runs.filter((run) => roster.get(run.id) !== run);
    await this.tuning.choose(device, added);
    const attached = await this.refusing(null, () => roster.attachAll(device, runs));
    if (attached === null) return;
    for (const [i, run] of runs.entries()) run.view = wanted[i]?.view ?? run.view;
    roster.replace(runs);
    roster.regroup(device);
    this.conductor.restart();
    for (const [run, compileMs] of attached) this.announce(run, compileMs);
  }

  /** A new learning rate, or shortcuts switched; weights and momentum stay. */
  async change(device: EngineDevice, run: Run, change: RunChange): Promise<void> {
    const changed = await this.refusing(run.id, async () => applyChange(run.config, change));
    if (changed === null || !(await this.take(device, run, changed))) return;
    if (run.originalConfig !== null)
      run.originalConfig = applyChange(run.originalConfig, change).config;
    this.tellChange(run, changed);
  }

  /** Makes the changes that are scheduled before the next step. Nothing must be under way. */
  async makeScheduled(device: EngineDevice): Promise<void> {
    for (const run of this.conductor.roster.live) {
      for (let next = nextChange(run.config); next !== null && next.step <= run.step; ) {
        const { config: before } = run;
        const config = withoutChange(before, next);
        const { change } = next;
        const changed = await this.refusing(run.id, async () => applyChange(config, change));
        if (changed !== null && (await this.take(device, run, changed))) {
          run.originalConfig ??= before;
          this.tellChange(run, changed, 'schedule');
        } else {
          run.config = config;
          this.tellChange(run, { config, label: '' }, 'upkeep');
        }
        next = nextChange(run.config);
      }
    }
  }

  /** Whether a scheduled change is to be made before the next step. */
  get isScheduled(): boolean {
    return this.conductor.roster.live.some(
      ({ config, step }) => (nextChange(config)?.step ?? Infinity) <= step,
    );
  }

  private tellChange(run: Run, { label, config }: ChangedConfig, by?: 'schedule' | 'upkeep'): void {
    const { id, step } = run;
    if (by !== 'upkeep') run.mark(label);
    this.emit({ type: 'changed', id, step, label, config, ...(by === undefined ? {} : { by }) });
  }

  /** Goes on with another config. @returns false where the page was told why it can't be had. */
  private async take(
    device: EngineDevice,
    run: Run,
    { config }: Pick<ChangedConfig, 'config'>,
  ): Promise<boolean> {
    const { roster } = this.conductor;
    const { id } = run;
    // What comes back after a divergence is then the run just before it was changed; and after a lost device all runs,
    // still in lockstep.
    await this.conductor.snapshot(device);
    if (sameModel(run.config, config)) {
      run.config = config;
    } else {
      const startMs = performance.now();
      const rebuilt = await this.refusing(id, async () => {
        await roster.rebuild(device, run, config, buildGraph(config.model));
        return true;
      });
      if (rebuilt === null) return false;
      roster.regroup(device);
      this.announce(run, performance.now() - startMs);
    }
    return true;
  }

  /**
   * Back to the last good snapshot at `factor` times the learning rate. The run goes on from its own step, in a group
   * of its own with the batches of those steps, while the others are where they are.
   */
  restore(device: EngineDevice, run: Run, factor: number): void {
    const { training } = run.config;
    const learningRate = scaleLearningRate(training.learningRate, factor);
    run.config = { ...run.config, training: { ...training, learningRate } };
    run.rewind(run.lastGood.snapshot);
    run.status = 'live';
    run.divergence = null;
    this.conductor.roster.regroup(device);
    const rate = typeof learningRate === 'number' ? learningRate : learningRate.base;
    const label = `back to step ${run.step}, learning rate ${rate}`;
    run.mark(label);
    this.emit({ type: 'restored', id: run.id, step: run.step, label, config: run.config });
  }

  /** The run starts anew from the tensors of a file. They are checked against its network once more. */
  loadWeights(
    device: EngineDevice,
    run: Run,
    { source, tensors }: { source: string; tensors: readonly NamedTensor[] },
  ): void {
    const byName = tensors.map(
      ({ name, ...tensor }) => [name, { dtype: 'F32', ...tensor }] as const,
    );
    try {
      const { state } = stateFor(run.graph, { tensors: new Map(byName) });
      run.startFrom({ source, weights: state });
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error;
      this.emit({ type: 'refused', id: run.id, field: 'weights', message: error.message });
      return;
    }
    this.conductor.roster.regroup(device);
    this.conductor.restart();
    run.mark(`weights of ${source}`);
    this.emit({ type: 'weightsLoaded', id: run.id, source });
  }

  /** Every run back to step 0, and to what it was before its scheduled changes. Nothing must be under way. */
  async reset(device: EngineDevice): Promise<void> {
    for (const run of this.conductor.roster.all) {
      const { originalConfig: given } = run;
      if (given !== null && (await this.take(device, run, { config: given }))) {
        run.originalConfig = null;
        this.tellChange(run, { config: given, label: '' }, 'upkeep');
      }
      run.reset();
      this.emit({ type: 'reset', id: run.id });
    }
    this.conductor.roster.regroup(device);
    this.conductor.restart();
  }

  /**
   * Every run onto a new device, where its last snapshot left it.
   * @param what the device is, for the charts: `new device`.
   * @throws EngineError
   */
  async reattach(device: EngineDevice, what: string): Promise<void> {
    const { roster } = this.conductor;
    for (const run of roster.all) this.announce(run, await roster.attach(device, run));
    roster.regroup(device);
    for (const run of roster.all) {
      const { id, step, config } = run;
      const label = `${what}, from step ${step}`;
      run.mark(label);
      this.emit({ type: 'restored', id, step, label, config });
    }
  }

  private announce(run: Run, compileMs: number): void {
    this.emit(run.prepared(compileMs));
  }

  /** What `work` gives, or null after telling the page why it can't be had. Throws what is no refusal. */
  private async refusing<T>(id: RunId | null, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ConfigError) {
        const [{ field, message }] = error.issues;
        this.emit({ type: 'refused', id, field, message });
        return null;
      }
      const isOfConfig =
        error instanceof EngineError &&
        ['too-large', 'out-of-memory', 'unsupported'].includes(error.code);
      if (!isOfConfig) throw error;
      const field = error.field ?? 'training.batchSize';
      this.emit({ type: 'refused', id, field, message: error.message });
      return null;
    }
  }
}
