/**
 * The frame of a chart: axes, grid, events, and the plot that answers to pointer and keys. Drawn with a few dozen SVG
 * nodes in one go; a chart's lines are a path each, so that a redraw costs a few milliseconds however many points.
 */
import { type ReactNode, useId, useRef } from 'react';
import { Layer, Surface } from 'recharts';
import type { XRange } from '../app/xAxis.ts';
import { useLinked } from './linked.ts';
import { type ChartMarker, layOutMarkers } from './markers.ts';
import { PlotArea } from './PlotArea.tsx';
import { PlotTooltip } from './RunTooltip.tsx';
import { type Scale, scaleOf, ticksOf } from './scale.ts';
import { type PlotGestures, usePlotGestures } from './usePlotGestures.ts';
import { useSize } from './useSize.ts';
import type { Axis } from './axis.ts';
import type { XFormat } from './xFormat.ts';

/** Pixels around the plot: marks of the y axis left, of the x axis and its title below. */
const MARGIN = { top: 22, right: 14, bottom: 36, left: 50 };
/** A mark of the x axis every so many pixels. */
const TICK_SPACING = 78;
const MARKER_FONT = 11;

export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
  readonly pointerY: number | null;
}

interface PlotProps {
  /** What screen readers call it. */
  readonly label: string;
  /** All of the x axis there is, and what of it is shown. */
  readonly full: XRange;
  readonly range: XRange;
  readonly logX: boolean;
  readonly xFormat: XFormat;
  readonly yAxis: Axis;
  readonly yTitle: string;
  formatY(value: number): string;
  readonly markers: readonly ChartMarker[];
  /** Pixels right of the plot, for what `beside` draws there. */
  readonly roomRight?: number;
  beside?(frame: PlotFrame): ReactNode;
  /** What lies in the plot. */
  lines(frame: PlotFrame): ReactNode;
  /** What lies over it, in HTML: tooltips. */
  overlay(frame: PlotFrame, cursor: number): ReactNode;
}

export function Plot(props: PlotProps) {
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element);
  return (
    <div ref={element} className="plot-frame">
      {size !== null && size.width > MARGIN.left + MARGIN.right + (props.roomRight ?? 0) && (
        <SizedPlot {...props} {...size} />
      )}
    </div>
  );
}

function SizedPlot(props: PlotProps & { readonly width: number; readonly height: number }) {
  const { width, height, range, logX, yAxis } = props;
  const element = useRef<HTMLDivElement>(null);
  const clip = useId();
  const bottom = height - MARGIN.bottom;
  const right = width - MARGIN.right - (props.roomRight ?? 0);
  const x = scaleOf(range, [MARGIN.left, right], logX);
  const y = scaleOf(yAxis, [bottom, MARGIN.top], yAxis.log);
  const gestures = usePlotGestures(element, x, props.full, props.xFormat.whole);
  const frame: PlotFrame = { x, y, width, height: bottom, pointerY: gestures.pointerY };
  return (
    <PlotArea
      ref={element}
      className="plot-area"
      label={`${props.label} Arrow keys read values, plus and minus zoom, Escape undoes.`}
      {...gestures.handlers}
    >
      <Surface width={width} height={height} className="chart" aria-hidden="true">
        <defs>
          <clipPath id={clip}>
            <rect
              x={MARGIN.left}
              y={MARGIN.top}
              width={right - MARGIN.left}
              height={bottom - MARGIN.top}
            />
          </clipPath>
        </defs>
        <Axes {...props} x={x} y={y} bottom={bottom} right={right} />
        <Markers markers={props.markers} x={x} bottom={bottom} />
        <Layer clipPath={`url(#${clip})`}>{props.lines(frame)}</Layer>
        {props.beside?.(frame)}
        <Selection {...gestures} bottom={bottom} />
        <Crosshair x={x} bottom={bottom} />
      </Surface>
      <Overlay frame={frame} overlay={props.overlay} />
    </PlotArea>
  );
}

function Axes(props: PlotProps & { x: Scale; y: Scale; bottom: number; right: number }) {
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
      {ticks.map((tick) => (
        <text key={tick} x={x.at(tick)} y={bottom + 15} className="chart-text" textAnchor="middle">
          {xFormat.tick(tick)}
        </text>
      ))}
      <text x={right} y={bottom + 31} className="chart-text chart-title" textAnchor="end">
        {xFormat.title}
        {x.log ? ', log scale' : ''}
      </text>
      <text x={4} y={11} className="chart-text chart-title">
        {props.yTitle}
        {yAxis.log ? ', log scale' : ''}
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

/** Every event as a line; its label where one can stand without touching another. */
function Markers({
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
    return marker.x > x.to || (marker.x < x.from && !x.log) ? [] : [{ at, label: marker.label }];
  });
  const placed = layOutMarkers(shown, [x.at(x.from), x.at(x.to)], MARKER_FONT);
  return placed.map(({ at, label, short, lane, anchor }) => (
    <g key={`${at} ${label}`} className="chart-marker">
      <title>{label}</title>
      <path d={`M${at} ${MARGIN.top}V${bottom}`} />
      {lane !== null && (
        <text
          x={at + (anchor === 'start' ? 4 : -4)}
          y={MARGIN.top + 10 + lane * (MARKER_FONT + 3)}
          textAnchor={anchor}
          fontSize={MARKER_FONT}
        >
          {short}
        </text>
      )}
    </g>
  ));
}

function Selection({ selection, bottom }: Pick<PlotGestures, 'selection'> & { bottom: number }) {
  if (selection === null) return null;
  const [from, to] = selection;
  return (
    <rect
      data-export="no"
      className="chart-selection"
      x={from}
      width={to - from}
      y={MARGIN.top}
      height={bottom - MARGIN.top}
    />
  );
}

function Crosshair({ x, bottom }: { x: Scale; bottom: number }) {
  const cursor = useLinked((linked) => linked.cursor);
  if (cursor === null || cursor < x.from || cursor > x.to) return null;
  return (
    <path
      data-export="no"
      className="chart-cursor"
      d={`M${x.at(cursor)} ${MARGIN.top}V${bottom}`}
    />
  );
}

function Overlay({ frame, overlay }: { frame: PlotFrame } & Pick<PlotProps, 'overlay'>) {
  const cursor = useLinked((linked) => linked.cursor);
  if (cursor === null || cursor < frame.x.from || cursor > frame.x.to) return null;
  return (
    <PlotTooltip at={frame.x.at(cursor)} width={frame.width}>
      {overlay(frame, cursor)}
    </PlotTooltip>
  );
}
