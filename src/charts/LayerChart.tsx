/** A statistic of chosen layers over the steps: a line per layer and run, labelled at its end. */
import { memo, useMemo } from 'react';
import { Curve } from 'recharts';
import type { CurvePoint } from '../app/curve.ts';
import type { XKind, XRange } from '../app/xAxis.ts';
import { valueAxis } from './axis.ts';
import { CursorDots, smoothedAt } from './CursorDots.tsx';
import type { DrawnRun } from './drawnRun.ts';
import { spreadLabels } from './endLabels.ts';
import { formatValue } from './format.ts';
import type { ChartMarker } from './markers.ts';
import { Plot, type PlotFrame } from './Plot.tsx';
import { lineWidth, runColour, runDash } from './palette.ts';
import { RunTooltip } from './RunTooltip.tsx';
import { xFormat } from './xFormat.ts';
import { t } from '../text/t.ts';

interface LayerLine {
  readonly run: DrawnRun;
  readonly layer: string;
  readonly points: readonly CurvePoint[];
}

interface LayerChartProps {
  readonly title: string;
  readonly yTitle: string;
  readonly lines: readonly LayerLine[];
  readonly markers: readonly ChartMarker[];
  readonly x: XKind;
  readonly full: XRange;
  readonly range: XRange;
  readonly logX: boolean;
  readonly values: readonly [number, number] | null;
  /** Pixels right of the plot for the layers' names. */
  readonly labelWidth: number;
  /** Names a layer for people. */
  nameOf(layer: string): string;
}

const LABEL_HEIGHT = 13;

export const LayerChart = memo(function LayerChart(props: LayerChartProps) {
  const { title, lines, x, range, values } = props;
  const yAxis = useMemo(() => valueAxis(values, true, false), [values]);
  const format = useMemo(() => xFormat(x, range.to), [x, range.to]);
  return (
    <Plot
      label={t`${title} of ${lines.length} layers by ${format.title}.`}
      {...props}
      xFormat={format}
      yAxis={yAxis}
      formatY={formatValue}
      roomRight={props.labelWidth}
      lines={(frame) => (
        <>
          {lines.map((line) => (
            <Line key={keyOf(line)} {...line} frame={frame} />
          ))}
          <CursorDots
            frame={frame}
            placesAt={(cursor) =>
              lines.map(({ run, points }) => ({ run, point: smoothedAt(points, cursor) }))
            }
          />
        </>
      )}
      beside={(frame) => <EndLabels {...{ lines, frame }} nameOf={props.nameOf} />}
      overlay={(frame, cursor) => (
        <RunTooltip
          caption={format.full(cursor)}
          columns={[t`value`]}
          pointerY={frame.pointerY}
          rows={lines.map((line) => {
            const point = smoothedAt(line.points, cursor);
            return {
              run: line.run,
              name: `${line.run.name}, ${props.nameOf(line.layer)}`,
              cells: [point === null ? '–' : formatValue(point.y)],
              y: point === null ? Number.NaN : frame.y.at(point.y),
            };
          })}
        />
      )}
    />
  );
});

const keyOf = ({ run, layer }: LayerLine) => `${run.id}/${layer}`;

interface LineProps extends LayerLine {
  readonly frame: PlotFrame;
}

function Line({ run, points, frame: { x, y } }: LineProps) {
  return (
    <Curve
      className="chart-line"
      points={points.map((point) => ({ x: x.at(point.x), y: y.at(point.smoothed) }))}
      stroke={runColour(run.colourIndex)}
      strokeWidth={lineWidth(run.isBaseline) - 0.25}
      strokeDasharray={runDash(run.colourIndex) ?? 'none'}
      fill="none"
      connectNulls
    />
  );
}

interface EndLabelsProps extends Pick<LayerChartProps, 'lines' | 'nameOf'> {
  readonly frame: PlotFrame;
}

function EndLabels({ lines, frame, nameOf }: EndLabelsProps) {
  const { x, y, height } = frame;
  const ends = lines.flatMap((line) => {
    const end = line.points.findLast((point) => point.x <= x.to);
    const at = end === undefined ? Number.NaN : y.at(end.smoothed);
    return Number.isFinite(at) ? [{ line, at }] : [];
  });
  const places = spreadLabels(
    ends.map(({ at }) => at),
    LABEL_HEIGHT,
    [LABEL_HEIGHT, height],
  );
  return ends.map(({ line }, i) => (
    <text
      key={keyOf(line)}
      className="chart-text"
      x={x.at(x.to) + 8}
      y={places[i]}
      dy="0.35em"
      style={{ fill: runColour(line.run.colourIndex) }}
    >
      {nameOf(line.layer)}
    </text>
  ));
}
