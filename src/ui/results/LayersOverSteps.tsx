/** Single layers as lines over the steps, and a choice of layers; drawn while open. */
import { useMemo } from 'react';
import { MAX_PICKED_LAYERS } from '../../app/chartSettings.ts';
import { defaultLayers, type LayerStatistic, pickableLayers } from '../../app/layerStatistics.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { InlineSelect } from '../inputs.tsx';
import { LazyDetails } from '../LazyDetails.tsx';
import { LazyLayerChart } from './LazyCharts.tsx';
import { type ChartFrame, useChartSettings } from './useChartFrame.ts';
import { useLayerLines } from './useLayerLines.ts';

/** Fewer points per line than in other charts: there may be two dozen lines. */
const MAX_POINTS = 100;

interface LayersOverStepsProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  readonly version: number;
  readonly frame: ChartFrame;
}

export function LayersOverSteps(props: LayersOverStepsProps) {
  return (
    <LazyDetails summary="Single layers over the steps">
      {() => <PickedLayers {...props} />}
    </LazyDetails>
  );
}

function PickedLayers({ runs, statistic, version, frame }: LayersOverStepsProps) {
  const { settings, ranges, markers } = frame;
  const { logX, x } = settings;
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
  const { lines, values } = useLayerLines(runs, statistic, picked, frame, version, MAX_POINTS);
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

interface LayerPickerProps {
  readonly all: readonly string[];
  readonly picked: readonly string[];
}

function LayerPicker({ all, picked }: LayerPickerProps) {
  const [, change] = useChartSettings();
  const left = all.filter((layer) => !picked.includes(layer));
  const isFull = picked.length >= MAX_PICKED_LAYERS;
  return (
    <div className="row hint layer-picker">
      <ul className="row" aria-label="Layers drawn">
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
      <InlineSelect
        label="Add"
        value=""
        options={[
          ['', isFull ? 'six at most' : 'a layer…'],
          ...left.map((layer) => [layer, layer] as const),
        ]}
        disabled={left.length === 0 || isFull}
        onChange={(layer) => change({ layers: [...picked, layer] })}
      />
    </div>
  );
}
