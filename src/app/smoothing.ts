/**
 * Exponential moving average over all rows of a run, kept up to date: rows that are new are read once, and only
 * when rows already read have changed (merged, cut off) is everything read again. It comes before any thinning out, so
 * that lines drawn from more or fewer points agree.
 */
import { type Column, valueAt } from './column.ts';
import type { Rows } from './xAxis.ts';

export interface SmoothingOptions {
  /** 0 (off) … below 1, per step. */
  readonly smoothing: number;
  /** Smooth logarithms, for a log axis; values ≤ 0 are passed over. */
  readonly log: boolean;
}

/** Debiased by 1 - factorⁱ, so that the first values are not drawn towards zero. */
interface Average {
  value: number;
  bias: number;
}

export class Smoother {
  /** Rows read so far, those read again included: what all updates together have cost. */
  rowsRead = 0;
  #generation: Rows['generation'] = -1;
  /** Rows that are full, and therefore final. */
  #done = 0;
  /** Smoothed values by row; logarithms where these are smoothed. */
  #values = new Float64Array(256);
  #average: Average = { value: 0, bias: 1 };

  constructor(readonly options: SmoothingOptions) {}

  /** Reads what is new of a column; `at` then gives the smoothed values of all its rows. */
  update(rows: Rows, column: Column): this {
    if (rows.generation !== this.#generation) {
      this.#generation = rows.generation;
      this.#done = 0;
      this.#average = { value: 0, bias: 1 };
    }
    const { length, stride } = rows;
    if (length > this.#values.length) {
      const grown = new Float64Array(Math.max(length, 2 * this.#values.length));
      grown.set(this.#values);
      this.#values = grown;
    }
    // The last row may still take steps: it is read again each time until it is full.
    const isFull = length > 0 && (rows.steps[length - 1] ?? 0) >= stride;
    const full = isFull ? length : Math.max(0, length - 1);
    for (; this.#done < full; this.#done++) {
      this.#values[this.#done] = this.#next(rows, column, this.#done, this.#average);
    }
    if (!isFull && length > 0) {
      this.#values[full] = this.#next(rows, column, full, { ...this.#average });
    }
    return this;
  }

  /** The smoothed value of a row; NaN before the first finite value. */
  at(row: number): number {
    const value = this.#values[row] ?? Number.NaN;
    const { smoothing, log } = this.options;
    return log && smoothing > 0 ? Math.exp(value) : value;
  }

  /** A row stands for its steps and weighs as much. Values that are not finite leave the average as it is. */
  #next(rows: Rows, column: Column, row: number, average: Average): number {
    this.rowsRead++;
    const raw = valueAt(column, row);
    const { smoothing, log } = this.options;
    if (smoothing <= 0) return raw;
    const value = log ? Math.log(raw) : raw;
    if (Number.isFinite(value)) {
      const steps = rows.steps[row] ?? 1;
      const factor = steps === 1 ? smoothing : smoothing ** steps;
      average.value = factor * average.value + (1 - factor) * value;
      average.bias *= factor;
    }
    return average.bias === 1 ? Number.NaN : average.value / (1 - average.bias);
  }
}
