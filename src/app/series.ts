/** Loss and accuracy of a run as a chart draws them. */
import type { RunHistory } from '../training/history.ts';
import { plainColumn, type Track } from './column.ts';
import { type CurveOptions, type CurvePoint, curvePoints } from './curve.ts';
import { Smoother, type SmoothingOptions } from './smoothing.ts';
import type { Placed } from './xAxis.ts';

export type Quantity = 'loss' | 'accuracy';

/** Test points of a line at most. */
export const MAX_TEST_POINTS = 60;

export interface TestPoint {
  readonly x: number;
  readonly step: number;
  readonly value: number;
}

export interface Curve {
  /** Training. */
  readonly points: readonly CurvePoint[];
  readonly tests: readonly TestPoint[];
}

type SeriesOptions = CurveOptions &
  SmoothingOptions & {
    /** Factor on every value, e.g. 100 for per cent. */
    readonly unit: number;
  };

const smoothers = new WeakMap<RunHistory, Map<string, Smoother>>();

/** The last smoother of this series, or a new one where the options have changed. @param series names the track. */
export function smootherOf(
  history: RunHistory,
  series: string,
  wanted: SmoothingOptions,
): Smoother {
  const known = smoothers.get(history) ?? new Map<string, Smoother>();
  smoothers.set(history, known);
  const before = known.get(series);
  const isSame =
    before?.options.smoothing === wanted.smoothing && before.options.log === wanted.log;
  const smoother =
    before !== undefined && isSame
      ? before
      : new Smoother({ smoothing: wanted.smoothing, log: wanted.log });
  known.set(series, smoother);
  return smoother;
}

export function curveOf(run: Placed, quantity: Quantity, options: SeriesOptions): Curve {
  const { history } = run;
  const { unit, axis, range, logX, log } = options;
  const { mean, min, max } = history[quantity];
  const track: Track = {
    mean: plainColumn(mean, unit),
    min: plainColumn(min, unit),
    max: plainColumn(max, unit),
  };
  const smoother = smootherOf(history, quantity, options).update(history, track.mean);
  const points = curvePoints(run, track, smoother, options).filter(({ min }) => !log || min > 0);
  const tested = history.evaluations
    .map((test) => ({
      x: axis.ofStep(run, test.step),
      step: test.step,
      value: unit * test[quantity],
    }))
    .filter(
      ({ x, value }) => x >= range.from && x <= range.to && (!logX || x > 0) && isDrawn(value, log),
    );
  return { points, tests: thinOut(tested) };
}

const isDrawn = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);

/** Every k-th, the last one always. */
export function thinOut<T>(items: readonly T[], maxItems: number = MAX_TEST_POINTS): T[] {
  const every = Math.max(1, Math.ceil(items.length / maxItems));
  return items.filter((_, i) => (items.length - 1 - i) % every === 0);
}
