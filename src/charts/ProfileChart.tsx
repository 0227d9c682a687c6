/** Gradient norm of every weight layer at the latest step, input left, classifier right; all runs on one log axis. */
import { memo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatValue } from './format.ts';
import type { ChartRun } from './MetricChart.tsx';
import { runColour, runDash } from './palette.ts';
import { logTicks } from './ticks.ts';

/** A layer's norms, by run id. `depth` runs from 0 (input) to 1 (classifier). */
export interface ProfileRow {
  depth: number;
  layer: string;
  norms: Record<string, number>;
}

/** Places on the depth axis, 0 to 1. */
export interface StageTick {
  readonly label: string;
  readonly start: number;
  readonly centre: number;
}

/** Layers beyond which dots would run together. */
const MAX_DOTS = 60;
const MARGIN = { top: 8, right: 12, bottom: 0, left: 0 };

interface ProfileChartProps {
  readonly runs: readonly ChartRun[];
  readonly rows: readonly ProfileRow[];
  /** Of log10 of the norm. */
  readonly range: readonly [number, number];
  readonly stages: readonly StageTick[];
}

export const ProfileChart = memo(function ProfileChart({
  runs,
  rows,
  range,
  stages,
}: ProfileChartProps) {
  const [low, high] = range;
  const ticks = logTicks(low, high);
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={100}>
      <LineChart data={rows} margin={MARGIN}>
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis
          dataKey="depth"
          type="number"
          domain={[0, 1]}
          ticks={stages.slice(1).map(({ centre }) => centre)}
          tickFormatter={(depth: number) =>
            stages.find(({ centre }) => centre === depth)?.label ?? ''
          }
          interval={0}
          tickLine={false}
          stroke="var(--axis)"
          height={22}
          padding={{ left: 18, right: 26 }}
        />
        {stages.slice(1).map(({ label, start }) => (
          <ReferenceLine key={label} x={start} stroke="var(--grid)" />
        ))}
        <YAxis
          scale="log"
          domain={[10 ** low, 10 ** high]}
          ticks={ticks}
          interval={0}
          tickFormatter={formatValue}
          allowDataOverflow
          tickLine={false}
          axisLine={false}
          stroke="var(--axis)"
          width={46}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--axis)', strokeDasharray: '2 2' }}
          content={({ payload }) => {
            const row: ProfileRow | undefined = payload?.[0]?.payload;
            return row === undefined ? null : <LayerTooltip row={row} runs={runs} />;
          }}
        />
        {runs.map(({ id, name, slot }) => (
          <Line
            key={id}
            dataKey={(row: ProfileRow) => row.norms[id]}
            name={name}
            type="linear"
            stroke={runColour(slot)}
            strokeWidth={1.75}
            strokeDasharray={runDash(slot) ?? ''}
            dot={rows.length > MAX_DOTS ? false : { r: 1.8, fill: runColour(slot), strokeWidth: 0 }}
            isAnimationActive={false}
            connectNulls
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
});

function LayerTooltip({ row, runs }: { row: ProfileRow; runs: readonly ChartRun[] }) {
  return (
    <table className="tooltip">
      <caption>{row.layer}</caption>
      <tbody>
        {runs.map(({ id, name, slot }) => (
          <tr key={id}>
            <th scope="row" style={{ color: runColour(slot) }}>
              {name}
            </th>
            <td>{formatNorm(row, id)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A run's norm in a layer; a dash where the layer is out of use or the run has none there. */
function formatNorm({ norms }: ProfileRow, run: string): string {
  const norm = norms[run];
  return norm === undefined ? '–' : formatValue(norm);
}
