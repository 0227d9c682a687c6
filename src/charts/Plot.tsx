/**
 * The frame of a line chart: axes, grid, events, and the plot, which responds to pointer and keys. It is a few dozen SVG
 * nodes, with one path per line, so that a redraw takes a few milliseconds however many points there are.
 */
import { type ReactNode, useId, useRef } from 'react';
import { Layer, Surface } from 'recharts';
import type { XRange } from '../app/xAxis.ts';
import type { Axis } from './axis.ts';
import { useLinked } from './linked.ts';
import type { ChartMarker } from './markers.ts';
import { PlotArea } from './PlotArea.tsx';
import { Axes, MARGIN, Markers } from './PlotAxes.tsx';
import { PlotTooltip } from './RunTooltip.tsx';
import { type Scale, scaleOf } from './scale.ts';
import { type PlotGestures, usePlotGestures } from './usePlotGestures.ts';
import { useSize } from './useSize.ts';
import type { XFormat } from './xFormat.ts';
import { t } from '../text/t.ts';

export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly width: number;
  readonly height: number;
  readonly pointerY: number | null;
}

interface PlotProps {
  /** For screen readers. */
  readonly label: string;
  /** The whole x axis, and the part shown. */
  readonly full: XRange;
  readonly range: XRange;
  readonly logX: boolean;
  readonly xFormat: XFormat;
  readonly yAxis: Axis;
  readonly yTitle: string;
  formatY(value: number): string;
  readonly markers: readonly ChartMarker[];
  /** Pixels to the right of the plot, for `beside`. */
  readonly roomRight?: number;
  beside?(frame: PlotFrame): ReactNode;
  /** In the plot. */
  lines(frame: PlotFrame): ReactNode;
  /** Above it, in HTML: the tooltip. */
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
      label={t`${props.label} Arrow keys read values, plus and minus zoom, Escape undoes.`}
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
        <Axes {...props} {...{ x, y, bottom, right }} />
        <Layer clipPath={`url(#${clip})`}>{props.lines(frame)}</Layer>
        <Markers markers={props.markers} x={x} bottom={bottom} />
        {props.beside?.(frame)}
        <Selection {...gestures} bottom={bottom} />
        <Crosshair x={x} bottom={bottom} />
      </Surface>
      <Overlay frame={frame} overlay={props.overlay} />
    </PlotArea>
  );
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
