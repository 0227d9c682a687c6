/**
 * Exponential moving average over all rows of a run, kept up to date: rows that are new are read once, and only
 * when rows already read have changed (merged, cut off) is everything read again. It comes before any thinning out, so
 * that lines drawn from more or fewer points agree.
 */
import type { Rows } from './xAxis.ts';

/** One number a row, with its extremes within the row; to be made anew for each update, as rows move when they grow. */
export interface Track {
  mean(row: number): number;
  min(row: number): number;
  max(row: number): number;
}

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
  #values = new Float64Array(256);
  #average: Average = { value: 0, bias: 1 };

  constructor(readonly options: SmoothingOptions) {}

  /** Smoothed values by row, valid up to `rows.length`; NaN before the first finite value. */
  update(rows: Rows, track: Track): Float64Array {
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
    // The last row may still take steps: it is read anew each time until it is full.
    const isFull = length > 0 && (rows.steps[length - 1] ?? 0) >= stride;
    const full = isFull ? length : Math.max(0, length - 1);
    for (; this.#done < full; this.#done++) {
      this.#values[this.#done] = this.#next(rows, track, this.#done, this.#average);
    }
    if (!isFull && length > 0) {
      this.#values[full] = this.#next(rows, track, full, { ...this.#average });
    }
    return this.#values;
  }

  /** A row stands for its steps and weighs as much. Values that are not finite leave the average as it is. */
  #next(rows: Rows, track: Track, row: number, average: Average): number {
    this.rowsRead++;
    const raw = track.mean(row);
    const { smoothing, log } = this.options;
    if (smoothing <= 0) return raw;
    const factor = smoothing ** (rows.steps[row] ?? 1);
    const value = log ? Math.log(raw) : raw;
    if (Number.isFinite(value)) {
      average.value = factor * average.value + (1 - factor) * value;
      average.bias *= factor;
    }
    if (average.bias === 1) return Number.NaN;
    const debiased = average.value / (1 - average.bias);
    return log ? Math.exp(debiased) : debiased;
  }
}
