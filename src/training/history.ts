/**
 * What one run has measured, in typed arrays outside React. A row holds `stride` consecutive steps: one at first; when
 * all rows are taken, neighbours are merged and the stride doubles, so that memory and the cost of a redraw stay
 * bounded however long a run is. The merged rows keep mean, smallest and largest value. Statistics of the layers other
 * than gradient norms are in coarser rows of their own.
 */
import type { LayerNames } from '../model/layerNames.ts';
import { LayerStatistics, type StepStatistics } from './layerStatistics.ts';
import type { MetricsBatch } from './protocol.ts';
import { rowOf } from './rows.ts';
import { emptySpread, grownSpread, mergeSpread, type Spread, take, weighted } from './spread.ts';

export type { Spread };

/** Rows of a run before neighbours are merged. */
export const MAX_ROWS = 20_000;
/** Gradient norms of a run, rows × parameters, before neighbours are merged: 16 MB. */
const MAX_GRADIENT_NUMBERS = 4_000_000;
const FIRST_CAPACITY = 256;
/** Tests of a run before every second one is forgotten, the last one excepted. */
export const MAX_EVALUATIONS = 2000;

export interface Evaluated {
  readonly step: number;
  readonly loss: number;
  /** 0–1 */
  readonly accuracy: number;
}

/** The last step as it was measured, not merged with others. */
export interface LatestStep extends Evaluated {
  readonly learningRate: number;
  readonly elapsedMs: number;
  /** [parameters] */
  readonly gradNorm: Float32Array;
  /** Null: not measured, as in checkpoints of earlier versions. */
  readonly statistics: StepStatistics | null;
}

/** Steps to take in; statistics of the layers may be missing. */
export type HistoryBatch = Omit<MetricsBatch, 'id' | keyof StepStatistics> &
  Partial<Pick<MetricsBatch, keyof StepStatistics>>;

const grown = <T extends Float32Array | Float64Array | Uint32Array>(into: T, from: T): T => {
  into.set(from);
  return into;
};

export class RunHistory {
  /** Filled rows; the last one may still take steps. */
  length = 0;
  /** Steps a row holds when full. */
  stride = 1;
  /** Counts up whenever rows already drawn have changed: merged, cut off or cleared. */
  generation = 0;
  /** [rows] */
  firstStep: Uint32Array = new Uint32Array(0);
  lastStep: Uint32Array = new Uint32Array(0);
  steps: Uint32Array = new Uint32Array(0);
  loss: Spread = emptySpread(0);
  accuracy: Spread = emptySpread(0);
  learningRate: Float32Array = new Float32Array(0);
  elapsedMs: Float64Array = new Float64Array(0);
  /** [rows, parameters], means over the steps of a row. */
  gradNorm: Float32Array = new Float32Array(0);
  latest: LatestStep | null = null;
  readonly evaluations: Evaluated[] = [];
  /** Weight norms, update norms and activation deviations. */
  statistics: LayerStatistics;
  readonly maxRows: number;

  /**
   * @param parameterNames order of a step's norms.
   * @param activationNames order of a step's activation deviations.
   */
  constructor(
    readonly parameterNames: readonly string[],
    maxRows: number = MAX_ROWS,
    activationNames: readonly string[] = [],
  ) {
    this.statistics = new LayerStatistics(parameterNames, activationNames);
    const affordable = Math.floor(MAX_GRADIENT_NUMBERS / Math.max(1, parameterNames.length));
    // Even, so that merging leaves no row alone.
    this.maxRows = Math.max(2, 2 * Math.floor(Math.min(maxRows, affordable) / 2));
  }

  /** Takes consecutive steps. A batch that starts before the last step replaces everything from there on. */
  append(batch: HistoryBatch): void {
    const parameters = this.parameterNames.length;
    const layers = this.activationNames.length;
    const { weightNorm, updateNorm, activationStd } = batch;
    for (const [i, step] of batch.step.entries()) {
      if (this.latest !== null && step <= this.latest.step) this.truncateFrom(step);
      const gradNorm = batch.gradNorm.subarray(i * parameters, (i + 1) * parameters);
      const latest = {
        step,
        loss: batch.loss[i] ?? Number.NaN,
        accuracy: batch.accuracy[i] ?? Number.NaN,
        learningRate: batch.learningRate[i] ?? Number.NaN,
        elapsedMs: batch.elapsedMs[i] ?? Number.NaN,
        gradNorm,
        statistics:
          weightNorm === undefined || updateNorm === undefined || activationStd === undefined
            ? null
            : {
                weightNorm: weightNorm.subarray(i * parameters, (i + 1) * parameters),
                updateNorm: updateNorm.subarray(i * parameters, (i + 1) * parameters),
                activationStd: activationStd.subarray(i * layers, (i + 1) * layers),
              },
      };
      this.#add(latest);
      if (latest.statistics !== null) this.statistics.add(step, latest.statistics);
      this.latest = latest;
    }
    // The batch may be transferred, and its arrays with it.
    if (this.latest !== null) this.latest = copyOfStep(this.latest);
  }

  evaluated(evaluation: Evaluated): void {
    while ((this.evaluations.at(-1)?.step ?? -1) >= evaluation.step) this.evaluations.pop();
    this.evaluations.push(evaluation);
    if (this.evaluations.length <= MAX_EVALUATIONS) return;
    const last = this.evaluations.length - 1;
    const kept = this.evaluations.filter((_, i) => (last - i) % 2 === 0);
    this.evaluations.splice(0, this.evaluations.length, ...kept);
  }

  /** Forgets `step` and everything after it; of a merged row that began before, the values stay. */
  truncateFrom(step: number): void {
    while (this.length > 0 && (this.firstStep[this.length - 1] ?? 0) >= step) this.length--;
    while ((this.evaluations.at(-1)?.step ?? -1) > step) this.evaluations.pop();
    this.statistics.truncateFrom(step);
    this.generation++;
    const row = this.length - 1;
    if (row >= 0 && (this.lastStep[row] ?? 0) >= step) {
      this.lastStep[row] = step - 1;
      this.steps[row] = Math.min(this.steps[row] ?? 1, step - (this.firstStep[row] ?? 0));
    }
    this.latest = row < 0 ? null : this.#rowAsStep(row);
  }

  clear(): void {
    this.length = 0;
    this.stride = 1;
    this.latest = null;
    this.evaluations.length = 0;
    this.statistics.clear();
    this.generation++;
  }

  get activationNames(): readonly string[] {
    return this.statistics.activationNames;
  }

  /** The same past with other layers: those of the same name keep their numbers, new ones have had none. */
  withLayers({ parameterNames, activationNames }: LayerNames): RunHistory {
    const isSame =
      parameterNames.join() === this.parameterNames.join() &&
      activationNames.join() === this.activationNames.join();
    if (isSame) return this;
    const other = new RunHistory(parameterNames, this.maxRows, activationNames);
    const from = parameterNames.map((name) => this.parameterNames.indexOf(name));
    const remap = (norms: Float32Array) => Float32Array.from(from, (p) => norms[p] ?? 0);
    other.#takeRows(this);
    other.gradNorm = new Float32Array(other.firstStep.length * parameterNames.length);
    for (let row = 0; row < this.length; row++) {
      other.gradNormRow(row).set(remap(this.gradNormRow(row)));
    }
    while (other.length > other.maxRows) other.#merge();
    const { latest } = this;
    other.latest =
      latest === null ? null : { ...latest, gradNorm: remap(latest.gradNorm), statistics: null };
    other.statistics = this.statistics.renamed({ parameterNames, activationNames });
    other.evaluations.push(...this.evaluations);
    return other;
  }

  /** Gradient norms of a row, [parameters]. */
  gradNormRow(row: number): Float32Array {
    const parameters = this.parameterNames.length;
    return this.gradNorm.subarray(row * parameters, (row + 1) * parameters);
  }

  /** The row that holds `step`, or the last one before it; -1 where there is none. */
  rowOf(step: number): number {
    return rowOf(this.firstStep, this.length, step);
  }

  #rowAsStep(row: number): LatestStep {
    return {
      step: this.lastStep[row] ?? 0,
      loss: this.loss.mean[row] ?? Number.NaN,
      accuracy: this.accuracy.mean[row] ?? Number.NaN,
      learningRate: this.learningRate[row] ?? Number.NaN,
      elapsedMs: this.elapsedMs[row] ?? Number.NaN,
      gradNorm: this.gradNormRow(row).slice(),
      statistics: null,
    };
  }

  /** Copies all but the gradient norms. */
  #takeRows(from: RunHistory): void {
    this.length = from.length;
    this.stride = from.stride;
    this.firstStep = from.firstStep.slice();
    this.lastStep = from.lastStep.slice();
    this.steps = from.steps.slice();
    this.loss = grownSpread(from.loss, from.loss.mean.length);
    this.accuracy = grownSpread(from.accuracy, from.accuracy.mean.length);
    this.learningRate = from.learningRate.slice();
    this.elapsedMs = from.elapsedMs.slice();
  }

  #add(value: LatestStep): void {
    let row = this.length - 1;
    const isNewRow = row < 0 || (this.steps[row] ?? 0) >= this.stride;
    if (isNewRow) {
      if (this.length >= this.maxRows) this.#merge();
      if (this.length >= this.firstStep.length) this.#grow();
      row = this.length++;
      this.firstStep[row] = value.step;
      this.steps[row] = 0;
    }
    const before = this.steps[row] ?? 0;
    this.steps[row] = before + 1;
    this.lastStep[row] = value.step;
    this.learningRate[row] = value.learningRate;
    this.elapsedMs[row] = value.elapsedMs;
    take(this.loss, row, before, value.loss);
    take(this.accuracy, row, before, value.accuracy);
    const offset = row * this.parameterNames.length;
    for (const [p, norm] of value.gradNorm.entries()) {
      const mean = before === 0 ? 0 : (this.gradNorm[offset + p] ?? 0);
      this.gradNorm[offset + p] = mean + (norm - mean) / (before + 1);
    }
  }

  #grow(): void {
    const rows = Math.min(this.maxRows, Math.max(FIRST_CAPACITY, this.firstStep.length * 2));
    this.firstStep = grown(new Uint32Array(rows), this.firstStep);
    this.lastStep = grown(new Uint32Array(rows), this.lastStep);
    this.steps = grown(new Uint32Array(rows), this.steps);
    this.learningRate = grown(new Float32Array(rows), this.learningRate);
    this.elapsedMs = grown(new Float64Array(rows), this.elapsedMs);
    this.loss = grownSpread(this.loss, rows);
    this.accuracy = grownSpread(this.accuracy, rows);
    this.gradNorm = grown(new Float32Array(rows * this.parameterNames.length), this.gradNorm);
  }

  /** Row pairs become rows; a last one without a neighbour goes on taking steps. */
  #merge(): void {
    const parameters = this.parameterNames.length;
    const { length } = this;
    for (let row = 0; 2 * row < length; row++) {
      const [a, b] = [2 * row, Math.min(2 * row + 1, length - 1)];
      const stepsA = this.steps[a] ?? 0;
      const stepsB = a === b ? 0 : (this.steps[b] ?? 0);
      this.firstStep[row] = this.firstStep[a] ?? 0;
      this.lastStep[row] = this.lastStep[b] ?? 0;
      this.steps[row] = stepsA + stepsB;
      this.learningRate[row] = this.learningRate[b] ?? 0;
      this.elapsedMs[row] = this.elapsedMs[b] ?? 0;
      for (const spread of [this.loss, this.accuracy]) {
        mergeSpread(spread, row, [a, stepsA], [b, stepsB]);
      }
      for (let p = 0; p < parameters; p++) {
        this.gradNorm[row * parameters + p] = weighted(
          [this.gradNorm[a * parameters + p] ?? 0, stepsA],
          [this.gradNorm[b * parameters + p] ?? 0, stepsB],
        );
      }
    }
    this.length = Math.ceil(length / 2);
    this.stride *= 2;
    this.generation++;
  }
}

/** A copy with arrays of its own. */
export const copyOfStep = ({ gradNorm, statistics, ...step }: LatestStep): LatestStep => ({
  ...step,
  gradNorm: gradNorm.slice(),
  statistics:
    statistics === null
      ? null
      : {
          weightNorm: statistics.weightNorm.slice(),
          updateNorm: statistics.updateNorm.slice(),
          activationStd: statistics.activationStd.slice(),
        },
});
