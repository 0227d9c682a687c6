/**
 * What one run has measured, in typed arrays outside React: rows with loss, accuracy, learning rate, time and gradient
 * norms, coarser rows with the other statistics of the layers, the last step as measured, and the tests.
 */
import type { LayerNames } from '../model/layerNames.ts';
import {
  type Evaluated,
  HISTORY_COLUMNS,
  type MetricsBatch,
  STATISTICS_COLUMNS,
  type StepStatistics,
} from './measurements.ts';
import { RecentLosses } from './recentLosses.ts';
import { RowTable, type TableState } from './rowTable.ts';

/** Rows of a run before neighbours are merged. */
export const MAX_ROWS = 20_000;
/** Gradient norms of a run, rows × parameters, before neighbours are merged: 16 MB. */
const MAX_GRADIENT_NUMBERS = 4_000_000;
/**
 * The other statistics change slowly and there are many, so their rows are coarser; no chart draws more than 600 of
 * them. Rows × numbers: 4 MB. A 110-layer net takes 3.2 MB of it, a 20-layer net 0.6 MB.
 */
const STATISTICS_LIMITS = { maxRows: 1024, maxLayerNumbers: 1_000_000 };
/** Tests of a run before every second one is forgotten, the last one excepted. */
export const MAX_EVALUATIONS = 2000;

/** Of a history that is restored. */
const RECALLED_STEPS = 200;

/** Mean, smallest and largest value of each row. */
interface Spread {
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** The last step as it was measured, not merged with others. */
export interface LatestStep extends Evaluated {
  readonly learningRate: number;
  readonly elapsedMs: number;
  /** [parameters] */
  readonly gradNorm: Float32Array;
  /** Null where only its row is left, or where the layers have changed since. */
  readonly statistics: StepStatistics | null;
}

/** A history as plain arrays: what a checkpoint holds, and what the worker hands the page on resuming. */
export interface HistoryState extends TableState {
  /** The other statistics of the layers, whose rows are coarser. */
  readonly statistics: TableState;
  readonly latest: LatestStep | null;
  readonly evaluations: readonly Evaluated[];
}

/** Steps to take in; statistics of the layers may be missing. */
type HistoryBatch = Omit<MetricsBatch, 'id' | keyof StepStatistics> &
  Partial<Pick<MetricsBatch, keyof StepStatistics>>;

/** Weight norms, update norms and activation deviations of one run. A merged row that is cut is dropped. */
export const statisticsTable = (names: LayerNames, limits = STATISTICS_LIMITS): RowTable =>
  new RowTable(STATISTICS_COLUMNS, names, limits, 'drop');

export class RunHistory extends RowTable {
  latest: LatestStep | null = null;
  readonly evaluations: Evaluated[] = [];
  readonly statistics: RowTable;
  readonly recentLosses = new RecentLosses();
  #latestAtMark: LatestStep | null = null;
  #start: Float32Array | null = null;

  constructor(names: LayerNames, maxRows: number = MAX_ROWS) {
    super(HISTORY_COLUMNS, names, { maxRows, maxLayerNumbers: MAX_GRADIENT_NUMBERS }, 'keep');
    this.statistics = statisticsTable(names);
  }

  /** A history that continues from `state`, whose arrays it takes over. */
  static from(names: LayerNames, state: HistoryState): RunHistory {
    const history = new RunHistory(names);
    history.restore(state);
    history.statistics.restore(state.statistics);
    history.latest = state.latest;
    history.evaluations.push(...state.evaluations);
    history.#recallLosses();
    return history;
  }

  get loss(): Spread {
    return this.#spread('loss');
  }

  get accuracy(): Spread {
    return this.#spread('accuracy');
  }

  get learningRate(): Float32Array {
    return this.float32('learningRate');
  }

  get elapsedMs(): Float64Array | Float32Array {
    return this.column('elapsedMs');
  }

  /** Gradient norms of step 0 alone, [parameters]; null where only a row that was merged is left of it. */
  get startGradNorm(): Float32Array | null {
    if (this.#start !== null) return this.#start;
    const isAlone = this.length > 0 && this.firstStep[0] === 0 && this.steps[0] === 1;
    return isAlone ? this.row('gradNorm', 0) : null;
  }

  /** Takes consecutive steps. A batch that starts before the last step replaces everything from there on. */
  append(batch: HistoryBatch): void {
    const { weightNorm, updateNorm, activationStd } = batch;
    const hasStatistics =
      weightNorm !== undefined && updateNorm !== undefined && activationStd !== undefined;
    for (const [i, step] of batch.step.entries()) {
      if (this.latest !== null && step <= this.latest.step) this.truncateFrom(step);
      this.add(step, batch, i);
      if (hasStatistics) this.statistics.add(step, batch, i);
      this.latest = latestOf(batch, i, this);
      if (step === 0) this.#start = this.latest.gradNorm;
      this.recentLosses.add(step, this.latest.loss);
    }
  }

  evaluated({ step, loss, accuracy }: Evaluated): void {
    while ((this.evaluations.at(-1)?.step ?? -1) >= step) this.evaluations.pop();
    this.evaluations.push({ step, loss, accuracy });
    if (this.evaluations.length <= MAX_EVALUATIONS) return;
    const last = this.evaluations.length - 1;
    const kept = this.evaluations.filter((_, i) => (last - i) % 2 === 0);
    this.evaluations.splice(0, this.evaluations.length, ...kept);
  }

  /** Forgets `step` and everything after it; of a merged row that began before, the values stay. */
  override truncateFrom(step: number): void {
    super.truncateFrom(step);
    if (step === 0) this.#start = null;
    this.statistics.truncateFrom(step);
    while ((this.evaluations.at(-1)?.step ?? -1) > step) this.evaluations.pop();
    this.latest = this.length === 0 ? null : this.#rowAsStep(this.length - 1);
    this.recentLosses.truncateFrom(step);
  }

  override clear(): void {
    super.clear();
    this.statistics.clear();
    this.latest = null;
    this.#start = null;
    this.evaluations.length = 0;
    this.recentLosses.truncateFrom(0);
  }

  /** The same past with other layers: those that keep their names keep their numbers, new ones have none. */
  withLayers(names: LayerNames): RunHistory {
    const { parameterNames, activationNames } = this;
    const isSame =
      names.parameterNames.join() === parameterNames.join() &&
      names.activationNames.join() === activationNames.join();
    if (isSame) return this;
    const { latest } = this;
    const other = new RunHistory(names, this.limits.maxRows);
    other.takeRows(this);
    other.statistics.takeRows(this.statistics);
    other.evaluations.push(...this.evaluations);
    other.recentLosses.takeFrom(this.recentLosses);
    if (latest !== null) {
      const before = new Map(parameterNames.map((name, i) => [name, latest.gradNorm[i]]));
      const gradNorm = Float32Array.from(names.parameterNames, (name) => before.get(name) ?? 0);
      other.latest = { ...latest, gradNorm, statistics: null };
    }
    return other;
  }

  /** A copy of what is held now. */
  override get state(): HistoryState {
    const { latest, evaluations } = this;
    return {
      ...super.state,
      statistics: this.statistics.state,
      latest: structuredClone(latest),
      evaluations: [...evaluations],
    };
  }

  override mark(): void {
    super.mark();
    this.statistics.mark();
    this.#latestAtMark = this.latest;
  }

  /**
   * A copy without `step` and all after it: as it was to the last bit where it was marked just before `step`. Elsewhere a
   * row that was merged across `step` is cut as `truncateFrom` cuts it.
   */
  stateUntil(step: number): HistoryState {
    const { latest, state } = this;
    if (latest === null || latest.step < step) return state;
    const [table, statistics] = [this.stateAtMark, this.statistics.stateAtMark];
    const marked = this.#latestAtMark;
    if (table !== null && statistics !== null && marked?.step === step - 1) {
      const evaluations = state.evaluations.filter((evaluation) => evaluation.step <= step);
      return { ...table, statistics, latest: structuredClone(marked), evaluations };
    }
    const history = RunHistory.from(this.names, state);
    history.truncateFrom(step);
    return history.state;
  }

  /** Of steps that were taken in elsewhere there are only the rows. */
  #recallLosses(): void {
    const { length, firstStep, lastStep, loss } = this;
    const from = (lastStep[length - 1] ?? 0) - RECALLED_STEPS;
    for (let row = Math.max(0, this.rowOf(from)); row < length; row++) {
      for (let step = firstStep[row] ?? 0; step <= (lastStep[row] ?? -1); step++) {
        this.recentLosses.add(step, loss.mean[row] ?? Number.NaN);
      }
    }
  }

  #spread(quantity: 'loss' | 'accuracy'): Spread {
    const part = (of: keyof Spread): Float32Array => this.float32(`${quantity}.${of}`);
    return { mean: part('mean'), min: part('min'), max: part('max') };
  }

  #rowAsStep(row: number): LatestStep {
    return {
      step: this.lastStep[row] ?? 0,
      loss: this.loss.mean[row] ?? Number.NaN,
      accuracy: this.accuracy.mean[row] ?? Number.NaN,
      learningRate: this.learningRate[row] ?? Number.NaN,
      elapsedMs: this.elapsedMs[row] ?? Number.NaN,
      gradNorm: this.row('gradNorm', row).slice(),
      statistics: null,
    };
  }
}

/** A step of a batch, copied: the batch may be transferred, and its arrays with it. */
function latestOf(
  { step, loss, accuracy, learningRate, elapsedMs, gradNorm, ...statistics }: HistoryBatch,
  i: number,
  table: RowTable,
): LatestStep {
  const { weightNorm, updateNorm, activationStd } = statistics;
  const [parameters, layers] = [table.widthOf('gradNorm'), table.widthOf('activationStd')];
  const rowOf = (values: Float32Array, width: number) => values.slice(i * width, (i + 1) * width);
  return {
    step: step[i] ?? 0,
    loss: loss[i] ?? Number.NaN,
    accuracy: accuracy[i] ?? Number.NaN,
    learningRate: learningRate[i] ?? Number.NaN,
    elapsedMs: elapsedMs[i] ?? Number.NaN,
    gradNorm: rowOf(gradNorm, parameters),
    statistics:
      weightNorm === undefined || updateNorm === undefined || activationStd === undefined
        ? null
        : {
            weightNorm: rowOf(weightNorm, parameters),
            updateNorm: rowOf(updateNorm, parameters),
            activationStd: rowOf(activationStd, layers),
          },
  };
}
