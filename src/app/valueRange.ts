/** How far a chart's y axis reaches. */
import type { CurvePoint } from './curve.ts';
import type { Curve } from './series.ts';

/** Share of the x axis in which a robust range may cut lines off: losses fall steeply at first. */
const EARLY = 0.1;
/** Test values and early ones may stretch the range of the lines by this share, no further. */
const STRETCH = 0.35;
/** Share of the steps' extremes at either end that a robust range leaves out. */
const OUTLIERS = 0.02;
/** Lines are long enough for an early part from so many points on. */
const MIN_POINTS = 20;

export interface RangeOptions {
  /** Fits the smoothed lines, and leaves out what lies far from them. */
  readonly isRobust: boolean;
  /** The curves of which the extremes are drawn too. */
  readonly spread: readonly Curve[];
}

/**
 * The lowest and the highest value that the axis covers; null where there is none. A robust range covers every line from
 * a tenth of the x axis on; what is above it there, and tests (in the first steps BatchNorm's running statistics are far
 * off), stretch it by a third at most, so that no early value flattens the lines.
 */
export function valueRange(
  curves: readonly Curve[],
  { isRobust, spread }: RangeOptions,
): readonly [number, number] | null {
  const points = curves.flatMap((curve) => curve.points);
  const tests = curves.flatMap((curve) => curve.tests.map(({ value }) => value));
  const smoothed = points.map((point) => point.smoothed).filter(Number.isFinite);
  const wide = spread.flatMap((curve) => curve.points);
  if (!isRobust || smoothed.length === 0) {
    const extremes = wide.flatMap(({ min, max }) => [min, max]);
    return extentOf([...smoothed, ...extremes, ...tests]);
  }
  const later = laterOf(points).map((point) => point.smoothed);
  const lines = extentOf([
    ...later.filter(Number.isFinite),
    ...(wide.length > 0 ? common(wide) : []),
  ]);
  if (lines === null) return extentOf([...smoothed, ...tests]);
  const [low, high] = lines;
  const room = STRETCH * (high - low);
  const near = [...smoothed, ...tests].map((value) =>
    Math.min(high + room, Math.max(low - room, value)),
  );
  return extentOf([low, high, ...near]);
}

function extentOf(values: readonly number[]): readonly [number, number] | null {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? null : [Math.min(...finite), Math.max(...finite)];
}

/** The points behind the early part of the x axis. */
function laterOf(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length < MIN_POINTS) return points;
  const xs = points.map(({ x }) => x);
  const from = Math.min(...xs);
  const start = from + EARLY * (Math.max(...xs) - from);
  return points.filter(({ x }) => x >= start);
}

/** The middle 96 % of the steps' extremes. */
function common(points: readonly CurvePoint[]): readonly number[] {
  const skipped = Math.floor(OUTLIERS * points.length);
  const lows = points.map(({ min }) => min).sort((a, b) => a - b);
  const highs = points.map(({ max }) => max).sort((a, b) => b - a);
  return [lows[skipped] ?? Number.NaN, highs[skipped] ?? Number.NaN];
}
