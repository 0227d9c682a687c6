/** A statistic across the layers of all runs, at the last step or at the charts' cursor. */
import { useDeferredValue, useMemo } from 'react';
import { valueAt } from '../../app/column.ts';
import type { LayerStatistic } from '../../app/layerStatistics.ts';
import { stageBands, type WeightLayer } from '../../app/layers.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { rowAt } from '../../app/xAxis.ts';
import { formatCount } from '../../charts/format.ts';
import { useLinked } from '../../charts/linked.ts';
import type { StageTick } from '../../charts/ProfileChart.tsx';
import type { ProfileRow } from '../../charts/profileRow.ts';
import { LazyProfileChart } from './LazyCharts.tsx';
import { useLayerWords } from './useLayerWords.ts';
import type { ChartFrame } from './useChartFrame.ts';
import { t } from '../../text/t.ts';

/**
 * The runs' layers by depth. @param rowOf row of a run's history; null: its last step. Runs without such a row are left
 * out.
 */
export function profileRows(
  runs: readonly ShownRun[],
  statistic: LayerStatistic,
  rowOf: ((run: ShownRun) => number) | null,
): ProfileRow[] {
  const byDepth = new Map<number, ProfileRow>();
  for (const run of runs) {
    const { history } = run;
    const at = rowOf === null ? null : rowOf(run);
    if (at !== null && (at < 0 || at >= statistic.rows(history).length)) continue;
    for (const layer of statistic.layers(history)) {
      const row = byDepth.get(layer.depth) ?? { depth: layer.depth, layer: layer.name, values: {} };
      const value =
        at === null
          ? statistic.latest(history, layer)
          : valueAt(statistic.column(history, layer), at);
      if (value > 0 && Number.isFinite(value)) row.values[run.id] = value;
      byDepth.set(layer.depth, row);
    }
  }
  return [...byDepth.values()].sort((a, b) => a.depth - b.depth);
}

/** The stages' places and names on the profile's axis. */
function stageTicks(layers: readonly WeightLayer[]): StageTick[] {
  const last = Math.max(1, layers.length - 1);
  return stageBands(layers).map(({ label, start, end }) => ({
    label,
    start: (start - 0.5) / last,
    centre: (start + end - 1) / 2 / last,
  }));
}

interface LayerProfileProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  readonly version: number;
  /** Range of log10 of the heat maps' values. */
  readonly colours: readonly [number, number];
  readonly frame: ChartFrame;
}

export function LayerProfile({ runs, statistic, version, colours, frame }: LayerProfileProps) {
  const cursor = useDeferredValue(useLinked((linked) => linked.cursor));
  const { axis } = frame;
  const nameOf = useLayerWords();
  const rows = useMemo(
    () =>
      profileRows(
        runs,
        statistic,
        cursor === null
          ? null
          : (run) => {
              const placed = { ...run, rows: statistic.rows(run.history) };
              return Math.max(0, rowAt(placed, axis, cursor));
            },
      ),
    [runs, statistic, cursor, axis, version],
  );
  const range = useMemo(() => {
    const logs = rows.flatMap(({ values }) => Object.values(values).map(Math.log10));
    const [low, high] = [Math.min(colours[0], ...logs), Math.max(colours[1], ...logs)];
    return [Math.floor(2 * low) / 2, Math.ceil(2 * high) / 2] as const;
  }, [rows, colours]);
  const first = runs[0]?.history;
  const stages = useMemo(
    () => stageTicks(first === undefined ? [] : statistic.layers(first)),
    [first, statistic],
  );
  return (
    <div className="profile">
      <h3 data-export-text>{titleOf(runs, frame, cursor)}</h3>
      <div className="plot">
        <LazyProfileChart {...{ runs, rows, range, stages, nameOf }} title={statistic.title} />
      </div>
    </div>
  );
}

function titleOf(runs: readonly ShownRun[], { axis }: ChartFrame, cursor: number | null): string {
  if (cursor === null) {
    const steps = 1 + Math.max(0, ...runs.map(({ history }) => history.latest?.step ?? 0));
    return steps === 1
      ? t`Now, after ${formatCount(steps)} step`
      : t`Now, after ${formatCount(steps)} steps`;
  }
  const longest = runs.toSorted((a, b) => b.history.length - a.history.length)[0];
  if (longest === undefined) return t`At the cursor`;
  const row = Math.max(0, rowAt(longest, axis, cursor));
  return t`At step ${formatCount(longest.history.lastStep[row] ?? 0)}`;
}
