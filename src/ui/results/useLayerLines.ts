/** Single layers of all runs as lines over the steps. */
import { useMemo } from 'react';
import { type CurvePoint, curvePoints } from '../../app/curve.ts';
import type { LayerStatistic } from '../../app/layerStatistics.ts';
import { smootherOf } from '../../app/series.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { ChartFrame } from './useChartFrame.ts';

interface LayerLine {
  readonly run: ShownRun;
  readonly layer: string;
  readonly points: readonly CurvePoint[];
}

/**
 * @param names layers to draw, without `.weight`.
 * @param version of the histories, which are mutable.
 * @returns the lines, and the range of their smoothed values above 0; null if there are none.
 */
export function useLayerLines(
  runs: readonly ShownRun[],
  statistic: LayerStatistic,
  names: readonly string[],
  { settings, ranges, axis }: ChartFrame,
  version: number,
  maxPoints: number,
): { readonly lines: readonly LayerLine[]; readonly values: readonly [number, number] | null } {
  const { smoothing, logX } = settings;
  const range = ranges?.range;
  const lines = useMemo(() => {
    if (range === undefined) return [];
    const options = { axis, range, logX, maxPoints };
    return runs.flatMap((run) => {
      const rows = statistic.rows(run.history);
      const placed = { ...run, rows };
      return statistic
        .layers(run.history)
        .filter(({ name }) => names.includes(name))
        .map((layer) => {
          const mean = statistic.column(run.history, layer);
          const track = { mean, min: mean, max: mean };
          const series = `${statistic.id}/${layer.name}`;
          const smoother = smootherOf(run.history, series, { smoothing, log: true });
          smoother.update(rows, mean);
          return { run, layer: layer.name, points: curvePoints(placed, track, smoother, options) };
        });
    });
  }, [runs, statistic, names, axis, range, logX, smoothing, version, maxPoints]);
  const values = useMemo(() => rangeOf(lines), [lines]);
  return { lines, values };
}

function rangeOf(lines: readonly LayerLine[]): readonly [number, number] | null {
  const values = lines
    .flatMap(({ points }) => points.map(({ smoothed }) => smoothed))
    .filter((value) => value > 0 && Number.isFinite(value));
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}
