/** Loss or accuracy of all runs over the steps: training as a line, test images as dots. */
import { memo, useMemo } from 'react';
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
import type { ChartRow } from '../runs/series.ts';
import { formatCount, formatValue } from './format.ts';
import { runColour, runDash } from './palette.ts';
import { linearTicks, logTicks } from './ticks.ts';

export interface ChartRun {
  readonly id: string;
  readonly name: string;
  readonly slot: number;
}

/** Runs share a mark where the same was done to all of them. */
export interface ChartMarker {
  readonly step: number;
  readonly label: string;
}

interface MetricChartProps {
  readonly runs: readonly ChartRun[];
  readonly rows: readonly ChartRow[];
  readonly markers: readonly ChartMarker[];
  readonly unit: '' | '%';
  /** Steps on the x axis. */
  readonly lastStep: number;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Whether faint lines show what the smoothed ones are made of. */
  readonly showsRaw: boolean;
}

/** Room at the right for half a label; Recharts neither measures nor moves them (`interval` 0). */
const MARGIN = { top: 16, right: 20, bottom: 0, left: 0 };

export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const { runs, rows, markers, unit, lastStep, logX, logY, showsRaw } = props;
  const y = useMemo(() => valueAxis(rows, logY, unit === '%'), [rows, logY, unit]);
  return (
    <ResponsiveContainer width="100%" height="100%" debounce={100}>
      <LineChart data={rows} margin={MARGIN} syncId="steps" syncMethod="value">
        <CartesianGrid stroke="var(--grid)" vertical={false} />
        <XAxis
          dataKey="step"
          type="number"
          scale={logX ? 'log' : 'linear'}
          domain={[logX ? 1 : 0, Math.max(lastStep, 1)]}
          ticks={
            logX
              ? logTicks(0, Math.log10(Math.max(lastStep, 1)))
              : linearTicks(0, Math.max(lastStep, 1), 5, true).filter((tick) => tick <= lastStep)
          }
          allowDataOverflow
          tickFormatter={formatCount}
          tickLine={false}
          stroke="var(--axis)"
          interval={0}
          height={22}
        />
        <YAxis
          scale={logY ? 'log' : 'linear'}
          domain={y.domain}
          ticks={y.ticks}
          interval={0}
          tickFormatter={(value: number) => `${formatValue(value)}${unit}`}
          tickLine={false}
          axisLine={false}
          stroke="var(--axis)"
          width={46}
          allowDataOverflow
        />
        <Tooltip
          content={({ label, payload }) => (
            <StepTooltip step={Number(label)} payload={payload} runs={runs} unit={unit} />
          )}
          isAnimationActive={false}
          cursor={{ stroke: 'var(--axis)', strokeDasharray: '2 2' }}
        />
        {markers.map(({ step, label }, i) => (
          <ReferenceLine
            key={`${step} ${label}`}
            x={Math.max(step, logX ? 1 : 0)}
            stroke="var(--mark)"
            strokeDasharray="1 3"
            label={markerLabel(label, i, step > lastStep / 2)}
          />
        ))}
        {showsRaw && runs.map((run) => <Line key={`${run.id}:raw`} {...rawLine(run)} />)}
        {runs.map((run) => (
          <Line key={`${run.id}:train`} {...trainLine(run)} />
        ))}
        {runs.map((run) => (
          <Line key={`${run.id}:test`} {...testLine(run)} />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
});

/** Beside its line, on the side where there is room; neighbours stand below each other. */
const markerLabel = (value: string, i: number, isLate: boolean) => ({
  value,
  position: isLate ? ('insideTopRight' as const) : ('insideTopLeft' as const),
  dy: -14 + 12 * (i % 4),
  fontSize: 11,
});

/** Decades up to which the ends of a log axis are labelled. */
const MAX_LABELLED_ENDS = 4;

interface ValueAxis {
  readonly domain: [number, number];
  readonly ticks: number[];
}

/** Test values may raise the axis to this many times the training values' top, no further. */
const TEST_HEADROOM = 2;

/**
 * An axis that covers the training values; a log axis reaches to the next half decade. Test values count within limits:
 * in the first steps BatchNorm's running statistics are far off, and one such loss would flatten every line.
 */
function valueAxis(rows: readonly ChartRow[], log: boolean, fromZero: boolean): ValueAxis {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let testHigh = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    for (const [key, value] of Object.entries(row)) {
      if (key === 'step') continue;
      low = Math.min(low, value);
      if (key.endsWith(':test')) testHigh = Math.max(testHigh, value);
      else high = Math.max(high, value);
    }
  }
  const isTrained = high >= low;
  high = isTrained ? Math.max(high, Math.min(testHigh, TEST_HEADROOM * high)) : testHigh;
  if (low > high) return { domain: log ? [1, 10] : [0, 1], ticks: [] };
  if (!log) {
    const ticks = linearTicks(fromZero ? 0 : low, high === low ? low + 1 : high, 5);
    return { domain: [ticks[0] ?? low, ticks.at(-1) ?? high], ticks };
  }
  const [lowLog, highLog] = [
    Math.floor(2 * Math.log10(low)) / 2,
    Math.ceil(2 * Math.log10(high)) / 2,
  ];
  const domain: [number, number] = [10 ** lowLog, 10 ** highLog];
  const marks = logTicks(lowLog, highLog);
  // Half decades at the ends would stand too close to the next power where there are many.
  const ends = highLog - lowLog < MAX_LABELLED_ENDS ? domain : [];
  return { domain, ticks: [...new Set([...marks, ...ends])].sort((a, b) => a - b) };
}

const still = { type: 'linear', isAnimationActive: false, connectNulls: true } as const;

const trainLine = ({ id, slot, name }: ChartRun) => ({
  ...still,
  ...{ dataKey: `${id}:train`, name, stroke: runColour(slot), strokeWidth: 1.75, dot: false },
  strokeDasharray: runDash(slot) ?? '',
});

const rawLine = ({ id, slot, name }: ChartRun) => ({
  ...still,
  ...{ dataKey: `${id}:raw`, name, stroke: runColour(slot), strokeWidth: 1, strokeOpacity: 0.25 },
  ...{ dot: false, activeDot: false },
});

const testLine = ({ id, slot, name }: ChartRun) => ({
  ...still,
  ...{ dataKey: `${id}:test`, name, stroke: runColour(slot), strokeWidth: 0.75 },
  dot: { r: 3, fill: slot % 2 === 0 ? runColour(slot) : 'var(--paper)', strokeWidth: 1.5 },
});

interface StepTooltipProps {
  readonly step: number;
  readonly payload: readonly { readonly dataKey?: unknown; readonly value?: unknown }[] | undefined;
  readonly runs: readonly ChartRun[];
  readonly unit: string;
}

function StepTooltip({ step, payload, runs, unit }: StepTooltipProps) {
  const shown = (key: string) => {
    const value = payload?.find(({ dataKey }) => dataKey === key)?.value;
    return typeof value === 'number' ? `${formatValue(value)}${unit && ` ${unit}`}` : '–';
  };
  return (
    <table className="tooltip">
      <caption>Step {formatCount(step)}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">training</th>
          <th scope="col">test</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ id, name, slot }) => (
          <tr key={id}>
            <th scope="row" style={{ color: runColour(slot) }}>
              {name}
            </th>
            <td>{shown(`${id}:train`)}</td>
            <td>{shown(`${id}:test`)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
