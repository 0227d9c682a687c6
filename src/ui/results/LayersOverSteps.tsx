/** Single layers as lines over the steps, and which ones. Drawn once it is opened. */
import { useId, useMemo, useState } from 'react';
import { MAX_PICKED_LAYERS } from '../../app/chartSettings.ts';
import { type CurvePoint, curvePoints } from '../../app/curve.ts';
import { defaultLayers, type LayerStatistic, pickableLayers } from '../../app/layerStatistics.ts';
import { smootherOf } from '../../app/series.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { LazyLayerChart } from './LazyCharts.tsx';
import { type ChartFrame, useChartSettings } from './useChartFrame.ts';

/** Lines have fewer points where there may be two dozen of them. */
const MAX_POINTS = 100;

interface LayersOverStepsProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  readonly version: number;
  readonly frame: ChartFrame;
}

export function LayersOverSteps(props: LayersOverStepsProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Single layers over the steps</summary>
      {isOpen && <PickedLayers {...props} />}
    </details>
  );
}

function PickedLayers({ runs, statistic, version, frame }: LayersOverStepsProps) {
  const { settings, ranges, axis, markers } = frame;
  const { smoothing, logX, x } = settings;
  const all = useMemo(
    () =>
      pickableLayers(
        runs.map(({ history }) => history),
        statistic,
      ),
    [runs, statistic],
  );
  const picked = useMemo(() => {
    const known = settings.layers.filter((layer) => all.includes(layer));
    return known.length === 0 ? defaultLayers(all) : known;
  }, [settings.layers, all]);
  const range = ranges?.range;
  const lines = useMemo(() => {
    if (range === undefined) return [];
    const options = { axis, range, logX, maxPoints: MAX_POINTS };
    return runs.flatMap((run) => {
      const rows = statistic.rows(run.history);
      const placed = { ...run, rows };
      return statistic
        .layers(run.history)
        .filter(({ name }) => picked.includes(name))
        .map((layer) => {
          const mean = statistic.column(run.history, layer);
          const track = { mean, min: mean, max: mean };
          const series = `${statistic.id}/${layer.name}`;
          const smoother = smootherOf(run.history, series, { smoothing, log: true });
          smoother.update(rows, mean);
          return { run, layer: layer.name, points: curvePoints(placed, track, smoother, options) };
        });
    });
  }, [runs, statistic, picked, axis, range, logX, smoothing, version]);
  const values = useMemo(() => rangeOf(lines), [lines]);
  return (
    <>
      <LayerPicker all={all} picked={picked} />
      <div className="plot layer-lines">
        {ranges !== null && (
          <LazyLayerChart
            {...{ lines, markers, x, logX, values }}
            {...ranges}
            title={statistic.title}
            yTitle={statistic.symbol}
          />
        )}
      </div>
    </>
  );
}

/** Of the smoothed values above 0; null where there are none. */
function rangeOf(
  lines: readonly { readonly points: readonly CurvePoint[] }[],
): readonly [number, number] | null {
  const values = lines
    .flatMap(({ points }) => points.map(({ smoothed }) => smoothed))
    .filter((value) => value > 0 && Number.isFinite(value));
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

interface LayerPickerProps {
  readonly all: readonly string[];
  readonly picked: readonly string[];
}

function LayerPicker({ all, picked }: LayerPickerProps) {
  const id = useId();
  const [, change] = useChartSettings();
  const left = all.filter((layer) => !picked.includes(layer));
  return (
    <div className="layer-picker">
      <ul aria-label="Layers drawn">
        {picked.map((layer) => (
          <li key={layer}>
            <button
              type="button"
              title="Do not draw this layer"
              disabled={picked.length === 1}
              onClick={() => change({ layers: picked.filter((other) => other !== layer) })}
            >
              {layer} <span aria-hidden="true">✕</span>
              <span className="visually-hidden">, remove</span>
            </button>
          </li>
        ))}
      </ul>
      <label htmlFor={id}>Add</label>
      <select
        id={id}
        value=""
        disabled={left.length === 0 || picked.length >= MAX_PICKED_LAYERS}
        onChange={(event) => change({ layers: [...picked, event.target.value] })}
      >
        <option value="">{picked.length >= MAX_PICKED_LAYERS ? 'six at most' : 'a layer…'}</option>
        {left.map((layer) => (
          <option key={layer} value={layer}>
            {layer}
          </option>
        ))}
      </select>
    </div>
  );
}
