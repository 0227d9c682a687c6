/**
 * One line of a chart, kept up to date as its history grows: the rows that are new are read, once, and folded into a
 * bounded number of buckets. A redraw therefore costs the same however long the run is; only when rows already drawn
 * have changed (merged, cut off) is everything read again.
 */
import type { RunHistory } from '../training/history.ts';

export type Quantity = 'loss' | 'accuracy';

/** One line's point. `raw` alternates between a bucket's extremes, so that no spike is lost. */
export interface Point {
  readonly step: number;
  readonly smoothed: number;
  readonly raw: number;
}

/** Consecutive rows: their extremes, and the smoothed value at the middle and at the end. */
interface Bucket {
  rows: number;
  min: number;
  max: number;
  /** Whether the smallest value came before the largest. */
  minFirst: boolean;
  middle: Place;
  end: Place;
}

interface Place {
  readonly step: number;
  readonly smoothed: number;
}

export interface LineOptions {
  /** 0 (off) … below 1, per step. */
  readonly smoothing: number;
  /** Smooth logarithms, for a log axis; values ≤ 0 are passed over. */
  readonly log: boolean;
  readonly maxPoints: number;
}

/** Exponential moving average, debiased by 1 - factorⁱ so that the first values are not drawn towards zero. */
interface Average {
  value: number;
  bias: number;
}

export class DrawnLine {
  /** Rows read so far, those read again included: what all redraws together have cost. */
  rowsRead = 0;
  #generation = -1;
  /** Rows that are full and lie in `#buckets`. */
  #done = 0;
  #rowsPerBucket = 1;
  #buckets: Bucket[] = [];
  #average: Average = { value: 0, bias: 1 };

  constructor(
    readonly quantity: Quantity,
    readonly options: LineOptions,
  ) {}

  /** The line as of now: at most `maxPoints` points, two a bucket. */
  update(history: RunHistory): Point[] {
    if (history.generation !== this.#generation) this.#restart(history.generation);
    const { length, stride } = history;
    const last = length - 1;
    // The last row may still take steps: it is read anew each time until it is full.
    const isFull = length > 0 && (history.steps[last] ?? 0) >= stride;
    const full = isFull ? length : Math.max(0, last);
    for (; this.#done < full; this.#done++) {
      this.#add(this.#buckets, this.#read(history, this.#done, this.#average));
    }
    while (this.#pointsOf(length) > this.options.maxPoints) this.#halve();
    if (isFull || length === 0) return this.#buckets.flatMap(pointsOf);
    const buckets = [...this.#buckets];
    const open = buckets.pop();
    if (open !== undefined) buckets.push({ ...open });
    this.#add(buckets, this.#read(history, last, { ...this.#average }));
    return buckets.flatMap(pointsOf);
  }

  #restart(generation: number): void {
    this.#generation = generation;
    this.#done = 0;
    this.#rowsPerBucket = 1;
    this.#buckets = [];
    this.#average = { value: 0, bias: 1 };
  }

  /** Points of `rows` rows. */
  #pointsOf(rows: number): number {
    const buckets = Math.ceil(rows / this.#rowsPerBucket);
    return this.#rowsPerBucket === 1 ? buckets : 2 * buckets;
  }

  #read(history: RunHistory, row: number, average: Average): Bucket {
    this.rowsRead++;
    const { mean, min, max } = history[this.quantity];
    const smoothed = this.#smooth(mean[row] ?? Number.NaN, history.stride, average);
    const place = { step: history.lastStep[row] ?? 0, smoothed };
    const extremes = { min: min[row] ?? Number.NaN, max: max[row] ?? Number.NaN };
    return { rows: 1, ...extremes, minFirst: true, middle: place, end: place };
  }

  /** A row stands for `stride` steps and weighs as much. Values that are not finite leave the average as it is. */
  #smooth(raw: number, stride: number, average: Average): number {
    const { smoothing, log } = this.options;
    if (smoothing <= 0) return raw;
    const factor = smoothing ** stride;
    const value = log ? Math.log(raw) : raw;
    if (Number.isFinite(value)) {
      average.value = factor * average.value + (1 - factor) * value;
      average.bias *= factor;
    }
    if (average.bias === 1) return Number.NaN;
    const debiased = average.value / (1 - average.bias);
    return log ? Math.exp(debiased) : debiased;
  }

  #add(buckets: Bucket[], row: Bucket): void {
    const open = buckets.at(-1);
    if (open === undefined || open.rows >= this.#rowsPerBucket) {
      buckets.push(row);
      return;
    }
    const isMiddle = open.rows < this.#rowsPerBucket / 2;
    const joined = join(open, row);
    buckets[buckets.length - 1] = { ...joined, middle: isMiddle ? row.end : open.middle };
  }

  /** Twice the rows a bucket. */
  #halve(): void {
    const joined: Bucket[] = [];
    for (let i = 0; i < this.#buckets.length; i += 2) {
      const [a, b] = this.#buckets.slice(i, i + 2);
      if (a === undefined) break;
      joined.push(b === undefined ? { ...a, middle: a.end } : { ...join(a, b), middle: a.end });
    }
    this.#buckets = joined;
    this.#rowsPerBucket *= 2;
  }
}

/** Two neighbours as one; the middle is the caller's to tell. */
function join(a: Bucket, b: Bucket): Bucket {
  const [minInA, maxInA] = [!(b.min < a.min), !(b.max > a.max)];
  const isInOne = minInA === maxInA;
  const minFirst = isInOne ? (minInA ? a.minFirst : b.minFirst) : minInA;
  return {
    rows: a.rows + b.rows,
    min: minInA ? a.min : b.min,
    max: maxInA ? a.max : b.max,
    minFirst,
    middle: a.end,
    end: b.end,
  };
}

function pointsOf({ rows, min, max, minFirst, middle, end }: Bucket): Point[] {
  if (rows === 1) return [{ ...end, raw: (min + max) / 2 }];
  const [first, second] = minFirst ? [min, max] : [max, min];
  return [
    { ...middle, raw: first },
    { ...end, raw: second },
  ];
}
