/**
 * What one run has measured, in typed arrays outside React. A row holds `stride` consecutive steps: one at first; when
 * all rows are taken, neighbours are merged and the stride doubles, so that memory and the cost of a redraw stay
 * bounded however long a run is. The merged rows keep mean, smallest and largest value.
 */
import type { MetricsBatch } from './protocol.ts';

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
}

/** Per row: mean, smallest and largest over its steps. */
export interface Spread {
  mean: Float32Array;
  min: Float32Array;
  max: Float32Array;
}

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
  readonly maxRows: number;

  /** @param parameterNames order of a step's gradient norms. */
  constructor(
    readonly parameterNames: readonly string[],
    maxRows: number = MAX_ROWS,
  ) {
    const affordable = Math.floor(MAX_GRADIENT_NUMBERS / Math.max(1, parameterNames.length));
    // Even, so that merging leaves no row alone.
    this.maxRows = Math.max(2, 2 * Math.floor(Math.min(maxRows, affordable) / 2));
  }

  /** Takes consecutive steps. A batch that starts before the last step replaces everything from there on. */
  append(batch: Omit<MetricsBatch, 'id'>): void {
    const parameters = this.parameterNames.length;
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
      };
      this.#add(latest);
      this.latest = latest;
    }
    // The batch may be transferred, and its arrays with it.
    if (this.latest !== null) {
      this.latest = { ...this.latest, gradNorm: this.latest.gradNorm.slice() };
    }
  }

  evaluated(evaluation: Evaluated): void {
    while ((this.evaluations.at(-1)?.step ?? -1) >= evaluation.step) this.evaluations.pop();
    this.evaluations.push(evaluation);
    if (this.evaluations.length <= MAX_EVALUATIONS) return;
    const last = this.evaluations.length - 1;
    const kept = this.evaluations.filter((_, i) => (last - i) % 2 === 0);
    this.evaluations.splice(0, this.evaluations.length, ...kept);
  }

  /** Forgets `step` and everything after it; a merged row that began before stays. */
  truncateFrom(step: number): void {
    while (this.length > 0 && (this.firstStep[this.length - 1] ?? 0) >= step) this.length--;
    while ((this.evaluations.at(-1)?.step ?? -1) > step) this.evaluations.pop();
    this.generation++;
    const row = this.length - 1;
    this.latest = row < 0 ? null : this.#rowAsStep(row);
  }

  clear(): void {
    this.length = 0;
    this.stride = 1;
    this.latest = null;
    this.evaluations.length = 0;
    this.generation++;
  }

  /** The same past with other parameters: those of the same name keep their norms, new ones have had none. */
  withParameters(parameterNames: readonly string[]): RunHistory {
    if (parameterNames.join() === this.parameterNames.join()) return this;
    const other = new RunHistory(parameterNames, this.maxRows);
    const from = parameterNames.map((name) => this.parameterNames.indexOf(name));
    const remap = (norms: Float32Array) => Float32Array.from(from, (p) => norms[p] ?? 0);
    for (let row = 0; row < this.length; row++) {
      const { step, loss, accuracy, learningRate, elapsedMs } = this.#rowAsStep(row);
      other.append({
        step: Uint32Array.of(step),
        loss: Float32Array.of(loss),
        accuracy: Float32Array.of(accuracy),
        learningRate: Float32Array.of(learningRate),
        elapsedMs: Float64Array.of(elapsedMs),
        gradNorm: remap(this.gradNormRow(row)),
      });
    }
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
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.firstStep[middle] ?? 0) <= step) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #rowAsStep(row: number): LatestStep {
    return {
      step: this.lastStep[row] ?? 0,
      loss: this.loss.mean[row] ?? Number.NaN,
      accuracy: this.accuracy.mean[row] ?? Number.NaN,
      learningRate: this.learningRate[row] ?? Number.NaN,
      elapsedMs: this.elapsedMs[row] ?? Number.NaN,
      gradNorm: this.gradNormRow(row).slice(),
    };
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

  #merge(): void {
    const parameters = this.parameterNames.length;
    const half = this.length >> 1;
    for (let row = 0; row < half; row++) {
      const [a, b] = [2 * row, 2 * row + 1];
      const [stepsA, stepsB] = [this.steps[a] ?? 0, this.steps[b] ?? 0];
      this.firstStep[row] = this.firstStep[a] ?? 0;
      this.lastStep[row] = this.lastStep[b] ?? 0;
      this.steps[row] = stepsA + stepsB;
      this.learningRate[row] = this.learningRate[b] ?? 0;
      this.elapsedMs[row] = this.elapsedMs[b] ?? 0;
      for (const spread of [this.loss, this.accuracy]) mergeSpread(spread, row, stepsA, stepsB);
      for (let p = 0; p < parameters; p++) {
        this.gradNorm[row * parameters + p] = weighted(
          [this.gradNorm[a * parameters + p] ?? 0, stepsA],
          [this.gradNorm[b * parameters + p] ?? 0, stepsB],
        );
      }
    }
    this.length = half;
    this.stride *= 2;
    this.generation++;
  }
}

function emptySpread(rows: number): Spread {
  return {
    mean: new Float32Array(rows),
    min: new Float32Array(rows),
    max: new Float32Array(rows),
  };
}

function grownSpread(from: Spread, rows: number): Spread {
  const to = emptySpread(rows);
  to.mean.set(from.mean);
  to.min.set(from.min);
  to.max.set(from.max);
  return to;
}

function take(spread: Spread, row: number, before: number, value: number): void {
  const mean = before === 0 ? 0 : (spread.mean[row] ?? 0);
  spread.mean[row] = mean + (value - mean) / (before + 1);
  spread.min[row] = before === 0 ? value : Math.min(spread.min[row] ?? value, value);
  spread.max[row] = before === 0 ? value : Math.max(spread.max[row] ?? value, value);
}

function mergeSpread({ mean, min, max }: Spread, row: number, stepsA: number, stepsB: number) {
  const [a, b] = [2 * row, 2 * row + 1];
  mean[row] = weighted([mean[a] ?? 0, stepsA], [mean[b] ?? 0, stepsB]);
  min[row] = Math.min(min[a] ?? 0, min[b] ?? 0);
  max[row] = Math.max(max[a] ?? 0, max[b] ?? 0);
}

function weighted([a, weightA]: [number, number], [b, weightB]: [number, number]): number {
  return (a * weightA + b * weightB) / (weightA + weightB);
}
