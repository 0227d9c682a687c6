/** From a run's rows to what a chart draws: smooth everything first, then thin out to a bounded number of points. */
import type { Evaluated, RunHistory } from '../training/history.ts';

/** Points of a line at most: one for every three pixels of a chart, so that a redraw of six lines stays below 50 ms. */
export const MAX_POINTS = 160;
/** Test points added to them at most. */
export const MAX_TEST_POINTS = 60;

export type Quantity = 'loss' | 'accuracy';

/**
 * Exponential moving average, debiased by 1 - factorⁱ so that the first values are not drawn towards zero.
 * @param values [n]; a value that is not finite leaves the average as it is.
 * @param factor 0 (off) … below 1.
 * @param inLog smooth logarithms, for a log axis; values ≤ 0 are passed over.
 */
export function smooth(values: Float32Array, factor: number, inLog = false): Float32Array {
  if (factor <= 0) return values.slice();
  const smoothed = new Float32Array(values.length);
  let average = 0;
  let bias = 1;
  for (const [i, raw] of values.entries()) {
    const value = inLog ? Math.log(raw) : raw;
    if (Number.isFinite(value)) {
      average = factor * average + (1 - factor) * value;
      bias *= factor;
    }
    const debiased = average / (1 - bias);
    smoothed[i] = bias === 1 ? Number.NaN : inLog ? Math.exp(debiased) : debiased;
  }
  return smoothed;
}

/** One line's point. `raw` alternates between a bucket's extremes, so that no spike is lost. */
export interface Point {
  readonly step: number;
  readonly smoothed: number;
  readonly raw: number;
}

/**
 * At most `maxPoints` points of a line. Where there are more rows, each bucket of rows gives two points: its extremes
 * in the order in which they came, and the smoothed value at the middle and at the end of the bucket.
 * @param rows [n] steps, smoothed and raw values.
 */
export function thinOut(
  rows: {
    readonly step: Uint32Array;
    readonly smoothed: Float32Array;
    readonly min: Float32Array;
    readonly max: Float32Array;
  },
  maxPoints: number = MAX_POINTS,
): Point[] {
  const { step, smoothed, min, max } = rows;
  const at = (row: number, raw: number): Point => ({
    step: step[row] ?? 0,
    smoothed: smoothed[row] ?? Number.NaN,
    raw,
  });
  if (step.length <= maxPoints) {
    return Array.from(step, (_, row) => at(row, ((min[row] ?? 0) + (max[row] ?? 0)) / 2));
  }
  const points: Point[] = [];
  const rowsPerBucket = Math.ceil((2 * step.length) / maxPoints);
  for (let start = 0; start < step.length; start += rowsPerBucket) {
    const end = Math.min(step.length, start + rowsPerBucket);
    let [lowest, highest] = [start, start];
    for (let row = start; row < end; row++) {
      if ((min[row] ?? 0) < (min[lowest] ?? 0)) lowest = row;
      if ((max[row] ?? 0) > (max[highest] ?? 0)) highest = row;
    }
    const extremes = [min[lowest] ?? Number.NaN, max[highest] ?? Number.NaN];
    if (lowest > highest) extremes.reverse();
    points.push(at((start + end - 1) >> 1, extremes[0] ?? Number.NaN));
    if (end - start > 1) points.push(at(end - 1, extremes[1] ?? Number.NaN));
  }
  return points;
}

/** Every k-th evaluation, the last one always. */
export function thinOutEvaluations(
  evaluations: readonly Evaluated[],
  maxPoints: number = MAX_TEST_POINTS,
): Evaluated[] {
  const every = Math.ceil(evaluations.length / maxPoints);
  const last = evaluations.length - 1;
  return evaluations.filter((_, i) => (last - i) % Math.max(1, every) === 0);
}

/** A row of the table that Recharts draws: the step, and values under `<run>:train`, `<run>:raw`, `<run>:test`. */
export type ChartRow = { step: number } & Record<string, number>;

/**
 * The training and test curves of several runs in one table, sorted by step.
 * @param unit factor on every value, e.g. 100 for per cent.
 */
export function chartRows(
  runs: readonly { readonly id: string; readonly history: RunHistory }[],
  quantity: Quantity,
  options: { smoothing: number; log: boolean; unit: number; maxPoints?: number },
): ChartRow[] {
  const byStep = new Map<number, ChartRow>();
  const rowAt = (step: number): ChartRow => {
    const found = byStep.get(step);
    if (found !== undefined) return found;
    const row: ChartRow = { step };
    byStep.set(step, row);
    return row;
  };
  const put = (step: number, key: string, value: number) => {
    if (Number.isFinite(value) && (!options.log || value > 0))
      rowAt(step)[key] = value * options.unit;
  };
  const maxPoints = Math.floor(
    (options.maxPoints ?? MAX_POINTS) / Math.max(1, runs.length > 2 ? 2 : 1),
  );
  for (const { id, history } of runs) {
    const { length } = history;
    const spread = history[quantity];
    const points = thinOut(
      {
        step: history.lastStep.subarray(0, length),
        smoothed: smooth(spread.mean.subarray(0, length), options.smoothing, options.log),
        min: spread.min.subarray(0, length),
        max: spread.max.subarray(0, length),
      },
      maxPoints,
    );
    for (const { step, smoothed, raw } of points) {
      put(step, `${id}:train`, smoothed);
      if (options.smoothing > 0) put(step, `${id}:raw`, raw);
    }
    for (const evaluation of thinOutEvaluations(history.evaluations))
      put(evaluation.step, `${id}:test`, evaluation[quantity]);
  }
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}
