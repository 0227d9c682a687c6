/**
 * From all rows of a run to the bounded number of points that a chart draws: rows are gathered in buckets, each with
 * the smoothed value at its end and the extremes of its steps, so that no spike is lost.
 */
import type { Track } from './smoothing.ts';
import { type Placed, rowsOf, visibleRows, type XAxis, type XRange } from './xAxis.ts';

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

/** The points in `range` and their nearest neighbours outside. @param smoothed by row, of `Smoother`. */
export function curvePoints(
  run: Placed,
  track: Track,
  smoothed: Float64Array,
  options: CurveOptions,
): CurvePoint[] {
  const { axis, range, logX } = options;
  const { first, end } = visibleRows(run, axis, range);
  const bucketOf = logX ? logBuckets(options) : rowBuckets(end - first, options.maxPoints);
  const points: CurvePoint[] = [];
  const { steps: stepsOfRow } = rowsOf(run);
  let bucket = Number.NaN;
  let open: { x: number; smoothed: number; sum: number; min: number; max: number; steps: number };
  open = { x: 0, smoothed: 0, sum: 0, min: 0, max: 0, steps: 0 };
  const close = () => {
    const { sum, ...point } = open;
    if (open.steps > 0) points.push({ ...point, mean: sum / open.steps });
  };
  for (let row = first; row < end; row++) {
    const x = axis.ofRow(run, row);
    // No logarithm of 0: the first step has no place on a log axis.
    if (logX && !(x > 0)) continue;
    const [min, max] = [track.min(row), track.max(row)];
    if (!Number.isFinite(min) || !Number.isFinite(max)) continue;
    const steps = stepsOfRow[row] ?? 1;
    const own = bucketOf(row, x);
    if (own !== bucket) {
      close();
      bucket = own;
      open = { x, smoothed: 0, sum: 0, min, max, steps: 0 };
    }
    open.x = x;
    open.smoothed = smoothed[row] ?? Number.NaN;
    open.sum += steps * track.mean(row);
    open.min = Math.min(open.min, min);
    open.max = Math.max(open.max, max);
    open.steps += steps;
  }
  close();
  return points;
}

type BucketOf = (row: number, x: number) => number;

/** A power of two of rows a bucket, counted from row 0: buckets stay as they are when the range moves on. */
function rowBuckets(rows: number, maxPoints: number): BucketOf {
  const size = 2 ** Math.max(0, Math.ceil(Math.log2(rows / (maxPoints - 1))));
  return (row) => Math.floor(row / size);
}

function logBuckets({ range, maxPoints }: CurveOptions): BucketOf {
  const perDecade = (maxPoints - 3) / Math.log10(range.to / range.from);
  return (_, x) => Math.floor(perDecade * Math.log10(x));
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
