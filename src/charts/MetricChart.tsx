/** Loss or accuracy of all runs: a training line over a band of its extremes, and test results as dots. */
import { memo, useMemo } from 'react';
import { Curve } from 'recharts';
import type { CurvePoint } from '../app/curve.ts';
import type { Curve as RunCurve, TestPoint } from '../app/series.ts';
import type { XKind, XRange } from '../app/xAxis.ts';
import { valueAxis } from './axis.ts';
import { CursorDots, smoothedAt } from './CursorDots.tsx';
import type { DrawnRun } from './drawnRun.ts';
import { formatValue } from './format.ts';
import type { ChartMarker } from './markers.ts';
import { Plot, type PlotFrame } from './Plot.tsx';
import { lineWidth, runColour, runDash } from './palette.ts';
import { dotsPath, trianglesPath } from './paths.ts';
import { RunTooltip } from './RunTooltip.tsx';
import { xFormat } from './xFormat.ts';
import { t } from '../text/t.ts';

interface MetricLine {
  readonly run: DrawnRun;
  readonly curve: RunCurve;
  /** The mean of runs; its extremes are one standard deviation to both sides. */
  readonly isMean?: boolean;
}

interface MetricChartProps {
  readonly title: string;
  readonly yTitle: string;
  readonly lines: readonly MetricLine[];
  readonly markers: readonly ChartMarker[];
  readonly unit: '' | '%';
  readonly x: XKind;
  /** The whole x axis, and the part shown. */
  readonly full: XRange;
  readonly range: XRange;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The range of the values; null if there are none. */
  readonly values: readonly [number, number] | null;
  /** Whether the lines are smoothed: the raw values are then drawn faintly behind them. */
  readonly isSmoothed: boolean;
  /** Whether single steps, or the band of their extremes, are drawn. */
  readonly hasSpread: boolean;
}

const TEST_DOT = 2.25;
/** Half the width of the triangle that stands for a test above the plot. */
const EDGE_TRIANGLE = 4;
/** Dots closer together are left out; the line shows them. */
const MIN_DOT_SPACING = 5;

export const MetricChart = memo(function MetricChart(props: MetricChartProps) {
  const { title, lines, unit, x, range, logY, values } = props;
  const yAxis = useMemo(() => valueAxis(values, logY, unit === '%'), [values, logY, unit]);
  const format = useMemo(() => xFormat(x, range.to), [x, range.to]);
  const inUnit = (value: number) => `${formatValue(value)}${unit && ` ${unit}`}`;
  return (
    <Plot
      label={
        lines.length === 1
          ? t`${title} of one run by ${format.title}.`
          : t`${title} of ${lines.length} runs by ${format.title}.`
      }
      {...props}
      yAxis={yAxis}
      xFormat={format}
      formatY={(value) => `${formatValue(value)}${unit}`}
      lines={(frame) => (
        <>
          {lines
            .filter(({ isMean }) => isMean || props.hasSpread)
            .map((line) => (
              <Extremes key={line.run.id} {...line} frame={frame} isSmoothed={props.isSmoothed} />
            ))}
          {lines.map((line) => (
            <TrainingLine key={line.run.id} {...line} frame={frame} />
          ))}
          {lines.map((line) => (
            <TestLine key={line.run.id} {...line} frame={frame} />
          ))}
          <CursorDots
            frame={frame}
            placesAt={(cursor) =>
              lines.map(({ run, curve }) => ({ run, point: smoothedAt(curve.points, cursor) }))
            }
          />
        </>
      )}
      overlay={(frame, cursor) => (
        <RunTooltip
          caption={format.full(cursor)}
          columns={[t`training`, t`test`]}
          pointerY={frame.pointerY}
          rows={lines.map(({ run, curve }) => {
            const training = smoothedAt(curve.points, cursor);
            const test = testAt(curve.tests, cursor);
            return {
              run,
              name: run.name,
              cells: [
                training === null ? '–' : inUnit(training.y),
                test === null ? '–' : inUnit(test.value),
              ],
              y: training === null ? Number.NaN : frame.y.at(training.y),
            };
          })}
        />
      )}
    />
  );
});

/** The last test before the cursor. */
function testAt(tests: readonly TestPoint[], cursor: number): TestPoint | null {
  return tests.findLast(({ x }) => x <= cursor) ?? null;
}

interface LineProps extends MetricLine {
  readonly frame: PlotFrame;
}

/** The raw values: single steps as a thin line; if points hold several steps, their extremes as a band. */
function Extremes(props: LineProps & { isSmoothed: boolean }) {
  const { run, curve, frame, isSmoothed, isMean = false } = props;
  const { x, y } = frame;
  const { points } = curve;
  const isBand = isMean || points.some(({ steps }) => steps > 1);
  if (!isBand && !isSmoothed) return null;
  const at = (pick: (point: CurvePoint) => number) =>
    points.map((point) => ({ x: x.at(point.x), y: clamped(y.at(pick(point))) }));
  if (!isBand) {
    return (
      <Curve
        className="chart-raw"
        points={at(({ mean }) => mean)}
        stroke={runColour(run.colourIndex)}
        fill="none"
      />
    );
  }
  return (
    <Curve
      className="chart-band"
      points={at(({ max }) => max)}
      baseLine={at(({ min }) => min)}
      fill={runColour(run.colourIndex)}
      stroke="none"
    />
  );
}

/** Browsers draw huge coordinates wrongly; far outside the plot, the value does not matter. */
const clamped = (pixel: number) => Math.max(-5000, Math.min(5000, pixel));

function TrainingLine({ run, curve, frame: { x, y } }: LineProps) {
  return (
    <Curve
      className="chart-line"
      points={curve.points.map((point) => ({ x: x.at(point.x), y: clamped(y.at(point.smoothed)) }))}
      stroke={runColour(run.colourIndex)}
      strokeWidth={lineWidth(run.isBaseline)}
      strokeDasharray={runDash(run.colourIndex) ?? 'none'}
      fill="none"
      connectNulls
    />
  );
}

function TestLine({ run, curve, frame: { x, y } }: LineProps) {
  const places = curve.tests.map((test) => ({ x: x.at(test.x), y: clamped(y.at(test.value)) }));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return null;
  const spacing = (last.x - first.x) / places.length;
  const every = places.length < 2 ? 1 : Math.ceil(MIN_DOT_SPACING / spacing);
  const dots = places.filter((_, i) => (places.length - 1 - i) % every === 0);
  // The plot's top is the upper end of the axis.
  const [top, bottom] = [y.at(y.to), y.at(y.from)];
  const inside = dots.filter((dot) => dot.y >= top && dot.y <= bottom);
  const beyond = dots.flatMap((dot) => (dot.y < top ? [{ x: dot.x, y: top }] : []));
  return (
    <>
      <Curve
        className="chart-test"
        points={places}
        stroke={runColour(run.colourIndex)}
        strokeWidth={0.75}
        fill="none"
      />
      <path
        className="chart-test-dots"
        d={dotsPath(inside, TEST_DOT) + trianglesPath(beyond, EDGE_TRIANGLE)}
        stroke={runColour(run.colourIndex)}
        fill={run.colourIndex % 2 === 0 ? runColour(run.colourIndex) : 'var(--paper)'}
      />
    </>
  );
}
