/**
 * Reduces all rows of a run to the bounded number of points that a chart draws: rows are gathered in buckets, each with
 * the smoothed value at its end and the extremes of its steps, so that no spike is lost.
 */
import { type Track, valueAt } from './column.ts';
import type { Smoother } from './smoothing.ts';
import { type Placed, rowAt, rowsOf, visibleRows, type XAxis, type XRange } from './xAxis.ts';

/** Buckets of a line at most: one for every three or four pixels of a chart. */
export const MAX_POINTS = 160;

export interface CurvePoint {
  /** Where the bucket ends. */
  readonly x: number;
  readonly smoothed: number;
  /** Over the bucket's steps. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Steps that it stands for. */
  readonly steps: number;
}

export interface CurveOptions {
  readonly axis: XAxis;
  readonly range: XRange;
  /** A log x axis: buckets are then even in log x. */
  readonly logX: boolean;
  readonly maxPoints: number;
}

/** The points in `range` and their nearest neighbours outside. */
export function curvePoints(
  run: Placed,
  track: Track,
  smoother: Smoother,
  options: CurveOptions,
): CurvePoint[] {
  const { axis, range, logX } = options;
  const { steps: stepsOfRow } = rowsOf(run);
  const visible = visibleRows(run, axis, range);
  // No logarithm of 0: the first step has no place on a log axis.
  const first = logX ? Math.max(visible.first, rowAt(run, axis, 0) + 1) : visible.first;
  const points: CurvePoint[] = [];
  for (let start = first; start < visible.end; ) {
    const end = Math.min(visible.end, bucketEnd(run, start, visible, options));
    const point = gathered(track, stepsOfRow, start, end);
    if (point !== null) {
      const { last, ...values } = point;
      points.push({ x: axis.ofRow(run, last), smoothed: smoother.at(last), ...values });
    }
    start = end;
  }
  return points;
}

/** Mean and extremes over the steps of rows, and the last of them that has a value; null where none has. */
function gathered({ mean, min, max }: Track, stepsOfRow: Uint32Array, start: number, end: number) {
  let [sum, steps, last] = [0, 0, -1];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = start; row < end; row++) {
    const smallest = valueAt(min, row);
    const largest = valueAt(max, row);
    if (!Number.isFinite(smallest) || !Number.isFinite(largest)) continue;
    if (smallest < low) low = smallest;
    if (largest > high) high = largest;
    const weight = stepsOfRow[row] ?? 1;
    sum += weight * valueAt(mean, row);
    steps += weight;
    last = row;
  }
  return last < 0 ? null : { last, mean: sum / steps, min: low, max: high, steps };
}

/**
 * Where the bucket ends that begins with a row. On a linear axis buckets hold a power of two of rows, counted from row
 * 0, so that they stay as they are when the range moves on; on a log axis they are even in log x.
 */
function bucketEnd(
  run: Placed,
  start: number,
  visible: { readonly first: number; readonly end: number },
  { axis, range, logX, maxPoints }: CurveOptions,
): number {
  if (!logX) {
    const rows = visible.end - visible.first;
    const size = 2 ** Math.max(0, Math.ceil(Math.log2(rows / (maxPoints - 1))));
    return (Math.floor(start / size) + 1) * size;
  }
  const perDecade = (maxPoints - 3) / Math.log10(range.to / range.from);
  const bucket = Math.floor(perDecade * Math.log10(axis.ofRow(run, start)));
  return Math.max(start + 1, rowAt(run, axis, 10 ** ((bucket + 1) / perDecade)) + 1);
}

/** The point that holds `x`: the first one that ends at or after it, else the last. */
export function pointAt<P extends { readonly x: number }>(
  points: readonly P[],
  x: number,
): P | undefined {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  return points[low] ?? points.at(-1);
}
