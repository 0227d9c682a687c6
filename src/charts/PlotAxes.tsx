/** Axes, grid and events of line charts. */
import type { Axis } from './axis.ts';
import { type ChartMarker, layOutMarkers, PILL_GAP } from './markers.ts';
import { type Scale, scaleOf, ticksOf } from './scale.ts';
import type { XFormat } from './xFormat.ts';
import { t } from '../text/t.ts';

/** Pixels around the plot: tick labels of the y axis on the left, of the x axis and its title below. */
export const MARGIN = { top: 22, right: 14, bottom: 36, left: 50 };
/** Pixels between ticks of the x axis, roughly. */
const TICK_SPACING = 78;
const MARKER_FONT = 11;
/** Of a pill, and from one lane of pills to the next. */
const PILL_HEIGHT = 16;
const LANE_HEIGHT = 18;
/** A tick label closer to the right edge ends there. */
const TICK_EDGE = 10;

interface AxesProps {
  readonly x: Scale;
  readonly y: Scale;
  readonly bottom: number;
  readonly right: number;
  readonly xFormat: XFormat;
  readonly yAxis: Axis;
  readonly yTitle: string;
  formatY(value: number): string;
}

export function Axes(props: AxesProps) {
  const { x, y, bottom, right, xFormat, yAxis } = props;
  const count = Math.max(2, Math.floor((right - MARGIN.left) / TICK_SPACING));
  const unscaled = scaleOf({ from: x.from / xFormat.unit, to: x.to / xFormat.unit }, [0, 1], x.log);
  const ticks = ticksOf(unscaled, count, xFormat.whole).map((tick) => tick * xFormat.unit);
  return (
    <>
      <ValueGrid
        {...{ y, ticks: yAxis.ticks, from: MARGIN.left, to: right, labelsAt: MARGIN.left - 6 }}
        format={props.formatY}
      />
      <path d={`M${MARGIN.left} ${bottom}H${right}`} className="chart-axis" />
      {ticks.map((tick) => {
        const isLast = x.at(tick) > right - TICK_EDGE;
        return (
          <text
            key={tick}
            x={isLast ? right + MARGIN.right : x.at(tick)}
            y={bottom + 15}
            className="chart-text"
            textAnchor={isLast ? 'end' : 'middle'}
          >
            {xFormat.tick(tick)}
          </text>
        );
      })}
      <text x={right} y={bottom + 31} className="chart-text" textAnchor="end">
        {x.log ? t`${xFormat.title}, log scale` : xFormat.title}
      </text>
      <text x={4} y={11} className="chart-text">
        {yAxis.log ? t`${props.yTitle}, log scale` : props.yTitle}
      </text>
    </>
  );
}

interface ValueGridProps {
  readonly y: Scale;
  readonly ticks: readonly number[];
  /** Ends of the grid lines, and where the labels end; pixels. */
  readonly from: number;
  readonly to: number;
  readonly labelsAt: number;
  format(value: number): string;
}

/** The y axis: a line across the plot and a label for each tick. */
export function ValueGrid({ y, ticks, from, to, labelsAt, format }: ValueGridProps) {
  return ticks.map((tick) => (
    <g key={tick}>
      <path d={`M${from} ${y.at(tick)}H${to}`} className="chart-grid" />
      <text x={labelsAt} y={y.at(tick)} dy="0.35em" className="chart-text" textAnchor="end">
        {format(tick)}
      </text>
    </g>
  ));
}

/** Every event as a line, labelled if there is room for its label. */
export function Markers({
  markers,
  x,
  bottom,
}: {
  markers: readonly ChartMarker[];
  x: Scale;
  bottom: number;
}) {
  const shown = markers.flatMap((marker) => {
    const at = x.at(x.log ? Math.max(marker.x, x.from) : marker.x);
    return marker.x > x.to || (marker.x < x.from && !x.log) ? [] : [{ ...marker, at }];
  });
  const placed = layOutMarkers(shown, [x.at(x.from), x.at(x.to)], MARKER_FONT);
  return placed.map(({ at, label, short, width, lane, anchor }) => (
    <g key={`${at} ${label}`} className="chart-marker">
      <title>{label}</title>
      <path d={`M${at} ${MARGIN.top}V${bottom}`} />
      {lane !== null && (
        <g
          transform={`translate(${at + (anchor === 'start' ? PILL_GAP : -PILL_GAP - width)} ${MARGIN.top + lane * LANE_HEIGHT})`}
        >
          <rect width={width} height={PILL_HEIGHT} rx={PILL_HEIGHT / 2} />
          <text
            x={width / 2}
            y={PILL_HEIGHT / 2}
            dy="0.35em"
            textAnchor="middle"
            fontSize={MARKER_FONT}
          >
            {short}
          </text>
        </g>
      )}
    </g>
  ));
}
