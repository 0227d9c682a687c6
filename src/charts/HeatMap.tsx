/** Heat map of one run's statistic, layers by the x axis of all charts, read by pointer and arrow keys. */
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { LayerStatistic } from '../app/layerStatistics.ts';
import { stageBands } from '../app/layers.ts';
import { type Placed, rowsOf, X_AXES, type XKind, type XRange } from '../app/xAxis.ts';
import { arrowOf, clamp } from './arrowKeys.ts';
import { formatCount, formatValue } from './format.ts';
import {
  type HeatMapView,
  MAX_COLUMNS,
  meanOf,
  paintHeatMap,
  rowsBetween,
} from './heatMapPainter.ts';
import { useLinked } from './linked.ts';
import type { ChartMarker } from './markers.ts';
import { PlotArea } from './PlotArea.tsx';
import { type Scale, scaleOf } from './scale.ts';
import { usePlotGestures } from './usePlotGestures.ts';
import { useSize } from './useSize.ts';
import { xFormat } from './xFormat.ts';
import { t } from '../text/t.ts';

interface HeatMapProps {
  readonly name: string;
  readonly run: Placed;
  /** Changes when the history, which is mutable, has grown. */
  readonly version: number;
  readonly statistic: LayerStatistic;
  /** Range of log10 of the values, the same for all runs. */
  readonly colours: readonly [number, number];
  readonly x: XKind;
  readonly full: XRange;
  readonly range: XRange;
  readonly logX: boolean;
  readonly markers: readonly ChartMarker[];
  /** Names a layer for people. */
  nameOf(layer: string): string;
  /** A layer was clicked. */
  onPick(layer: string): void;
}

export const HeatMap = memo(function HeatMap(props: HeatMapProps) {
  const { name, run, version, statistic, colours, x, full, range, logX } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element);
  const layers = useMemo(() => statistic.layers(run.history), [statistic, run.history]);
  const [layer, setLayer] = useState<number | null>(null);
  const axis = X_AXES[x];
  const view = useMemo<HeatMapView>(
    () => ({
      run: { ...run, rows: statistic.rows(run.history) },
      ...{ statistic, axis, range, logX },
    }),
    [run, statistic, axis, range, logX, version],
  );
  const scale = scaleOf(range, [0, size?.width ?? 1], logX);
  const format = xFormat(x, range.to);
  const { handlers, selection } = usePlotGestures(element, scale, full, format.whole);

  useEffect(() => {
    // React runs the effects of all heat maps in one task; each gets its own.
    const timer = setTimeout(() => {
      const context = canvas.current?.getContext('2d') ?? null;
      if (canvas.current === null || context === null || layers.length === 0) return;
      // Setting a size clears the canvas.
      canvas.current.width = MAX_COLUMNS;
      canvas.current.height = layers.length;
      const image = context.createImageData(MAX_COLUMNS, layers.length);
      paintHeatMap(image, view, layers, colours);
      context.putImageData(image, 0, 0);
    }, 0);
    return () => clearTimeout(timer);
  }, [view, layers, colours]);

  const last = layers.length - 1;
  const picked = layer === null ? null : Math.min(layer, last);
  return (
    <div className="heat">
      <div className="heat-stages" aria-hidden="true">
        {stageBands(layers).map(({ label, start, end }) => (
          <span
            key={label}
            data-export-text
            style={{ top: `${(50 * (start + end)) / layers.length}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      <PlotArea
        ref={element}
        className="heat-plot"
        label={t`Heat map of ${name}, layers from input (top) to classifier, by ${format.title} from left. Arrow keys read values, plus and minus zoom, Enter opens the layer.`}
        {...handlers}
        onKeyDown={(event) => {
          const [, by] = arrowOf(event) ?? [0, 0];
          if (event.key === 'Enter' && picked !== null) props.onPick(layers[picked]?.name ?? '');
          if (by === 0) {
            handlers.onKeyDown(event);
            if (layer === null && event.key.startsWith('Arrow')) setLayer(0);
            return;
          }
          event.preventDefault();
          const far = event.shiftKey ? 10 : 1;
          setLayer(clamp(picked === null ? 0 : picked + far * by, 0, last));
        }}
        onPointerMove={(event) => {
          handlers.onPointerMove(event);
          const box = event.currentTarget.getBoundingClientRect();
          const at = Math.floor(((event.clientY - box.top) / box.height) * layers.length);
          setLayer(clamp(at, 0, last));
        }}
        onPointerLeave={() => {
          handlers.onPointerLeave();
          setLayer(null);
        }}
        onBlur={() => {
          handlers.onBlur();
          setLayer(null);
        }}
        onClick={() =>
          selection === null && picked !== null && props.onPick(layers[picked]?.name ?? '')
        }
      >
        <canvas ref={canvas} />
        <HeatMarks markers={props.markers} scale={scale} />
        {selection !== null && (
          <span
            className="heat-selection"
            style={{ left: selection[0], width: selection[1] - selection[0] }}
          />
        )}
        <HeatCursor scale={scale} layer={picked} layers={layers.length} />
      </PlotArea>
      <p className="heat-readout">
        <span data-export-text>{format.tick(range.from)}</span>
        <Readout
          {...{ view, scale }}
          layer={picked === null ? undefined : layers[picked]}
          nameOf={props.nameOf}
        />
        <span data-export-text>
          {format.title} {format.tick(range.to)}
        </span>
      </p>
    </div>
  );
});

function HeatMarks({ markers, scale }: { markers: readonly ChartMarker[]; scale: Scale }) {
  return markers
    .filter(({ x }) => x >= scale.from && x <= scale.to)
    .map(({ x, label }) => (
      <span
        key={`${x} ${label}`}
        className="heat-mark"
        title={label}
        style={{ left: scale.at(x) }}
      />
    ));
}

interface HeatCursorProps {
  readonly scale: Scale;
  readonly layer: number | null;
  readonly layers: number;
}

/** A line at the cursor, and a frame around the layer being read. */
function HeatCursor({ scale, layer, layers }: HeatCursorProps) {
  const cursor = useLinked((linked) => linked.cursor);
  if (cursor === null || cursor < scale.from || cursor > scale.to) return null;
  return (
    <>
      <span className="heat-line" style={{ left: scale.at(cursor) }} />
      {layer !== null && (
        <span
          className="heat-cursor"
          style={{
            left: scale.at(cursor) - 3,
            top: `${(100 * layer) / layers}%`,
            height: `${100 / layers}%`,
          }}
        />
      )}
    </>
  );
}

interface ReadoutProps {
  readonly view: HeatMapView;
  readonly scale: Scale;
  readonly layer: ReturnType<LayerStatistic['layers']>[number] | undefined;
  nameOf(layer: string): string;
}

/** The value under the cursor: of one row of the history, or the mean of those within the pixel. */
function Readout({ view, scale, layer, nameOf }: ReadoutProps) {
  const cursor = useLinked((linked) => linked.cursor);
  const at = cursor === null ? 0 : scale.at(cursor);
  const rows =
    cursor === null ? null : rowsBetween(view, scale.invert(at - 0.5), scale.invert(at + 0.5));
  if (rows === null || layer === undefined) return <span aria-live="polite" />;
  const { firstStep, lastStep } = rowsOf(view.run);
  const [first, last] = [firstStep[rows.first] ?? 0, lastStep[rows.last] ?? 0];
  const steps =
    first === last
      ? t`step ${formatCount(first)}`
      : t`steps ${formatCount(first)}–${formatCount(last)}`;
  return (
    <span aria-live="polite">
      {t`${nameOf(layer.name)}, ${steps}: ${formatValue(meanOf(view, layer, rows))}`}
    </span>
  );
}
