/** How high a chart's y axis reaches. */
import type { Curve } from './series.ts';

/** Test values may raise the axis to this many times the training values' top, no further. */
const TEST_HEADROOM = 2;
/** Share of the extremes at either end that a robust range leaves out. */
const OUTLIERS = 0.02;

/**
 * The lowest and the highest value drawn; null where there is none. A robust range covers every smoothed value, but only
 * the middle 96 % of the steps' extremes, and test values up to twice the top of the training values: in the first
 * steps BatchNorm's running statistics are far off, and one such loss would flatten every line.
 */
export function valueRange(
  curves: readonly Curve[],
  isRobust: boolean,
): readonly [number, number] | null {
  const points = curves.flatMap((curve) => curve.points);
  const tests = curves.flatMap((curve) => curve.tests.map(({ value }) => value));
  const lows = points.map(({ min }) => min).sort((a, b) => a - b);
  const highs = points.map(({ max }) => max).sort((a, b) => a - b);
  if (points.length === 0) {
    return tests.length === 0 ? null : [Math.min(...tests), Math.max(...tests)];
  }
  if (!isRobust) {
    return [Math.min(lows[0] ?? 0, ...tests), Math.max(highs.at(-1) ?? 0, ...tests)];
  }
  const skipped = Math.floor(OUTLIERS * points.length);
  const smoothed = points.map((point) => point.smoothed).filter(Number.isFinite);
  const low = Math.min(lows[skipped] ?? 0, ...smoothed);
  const high = Math.max(highs[highs.length - 1 - skipped] ?? 0, ...smoothed);
  const testHigh = Math.max(...tests, Number.NEGATIVE_INFINITY);
  return [
    Math.min(low, ...tests),
    Math.max(high, Math.min(testHigh, high > 0 ? TEST_HEADROOM * high : testHigh)),
  ];
}
