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
import { useLayerWords } from './useLayerWords.ts';
import { t } from '../../text/t.ts';

/** Fewer points per line than in other charts: there may be two dozen lines. */
const MAX_POINTS = 100;
/** Pixels beside the plot for the layers' names; where the window is narrow they are in code. */
const NAME_WIDTH = { words: 162, code: 112 };
const WIDE_FROM = 640;

interface LayersOverStepsProps {
  readonly runs: readonly ShownRun[];
  readonly statistic: LayerStatistic;
  readonly version: number;
  readonly frame: ChartFrame;
}

export function LayersOverSteps(props: LayersOverStepsProps) {
  return (
    <LazyDetails summary={t`Single layers over the steps`}>
      {() => <PickedLayers {...props} />}
    </LazyDetails>
  );
}

function PickedLayers({ runs, statistic, version, frame }: LayersOverStepsProps) {
  const { settings, ranges, markers } = frame;
  const { logX, x } = settings;
  const nameOf = useLayerWords();
  const isWide = window.innerWidth >= WIDE_FROM;
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
      <LayerPicker {...{ all, picked, nameOf }} />
      <div className="plot layer-lines">
        {ranges !== null && (
          <LazyLayerChart
            {...{ lines, markers, x, logX, values }}
            {...ranges}
            title={statistic.title}
            yTitle={statistic.symbol}
            nameOf={isWide ? nameOf : inCode}
            labelWidth={isWide ? NAME_WIDTH.words : NAME_WIDTH.code}
          />
        )}
      </div>
    </>
  );
}

const inCode = (layer: string): string => layer;

interface LayerPickerProps {
  readonly all: readonly string[];
  readonly picked: readonly string[];
  nameOf(layer: string): string;
}

function LayerPicker({ all, picked, nameOf }: LayerPickerProps) {
  const [, change] = useChartSettings();
  const left = all.filter((layer) => !picked.includes(layer));
  const isFull = picked.length >= MAX_PICKED_LAYERS;
  return (
    <div className="row hint layer-picker">
      <ul className="row" aria-label={t`Layers drawn`}>
        {picked.map((layer) => (
          <li key={layer}>
            <button
              type="button"
              title={t`Do not draw this layer`}
              disabled={picked.length === 1}
              onClick={() => change({ layers: picked.filter((other) => other !== layer) })}
            >
              {nameOf(layer)} <span aria-hidden="true">✕</span>
              <span className="visually-hidden">{t`, remove`}</span>
            </button>
          </li>
        ))}
      </ul>
      <InlineSelect
        label={t`Add`}
        value=""
        options={[
          ['', isFull ? t`six at most` : t`a layer…`],
          ...left.map((layer) => [layer, nameOf(layer)] as const),
        ]}
        disabled={left.length === 0 || isFull}
        onChange={(layer) => change({ layers: [...picked, layer] })}
      />
    </div>
  );
}
