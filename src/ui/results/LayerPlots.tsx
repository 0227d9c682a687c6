/** The heat maps and the profile of a statistic of every layer, its lines over the steps, and its numbers. */
import { Suspense, useCallback, useMemo, useState } from 'react';
import { MAX_PICKED_LAYERS } from '../../app/chartSettings.ts';
import { colourRange, type LayerStatistic } from '../../app/layerStatistics.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { HeatMap } from '../../charts/HeatMap.tsx';
import { runColour } from '../../charts/palette.ts';
import { useDrawnVersion, usePage } from '../context.ts';
import { LazyLayerDetail } from '../stage/LazyLayerDetail.tsx';
import { ColourScale } from './ColourScale.tsx';
import { LayerProfile } from './LayerProfile.tsx';
import { LayersOverSteps } from './LayersOverSteps.tsx';
import { LayerTable } from './LayerTable.tsx';
import { type ChartFrame, useChartSettings } from './useChartFrame.ts';
import { useLayerWords } from './useLayerWords.ts';

/** Between two heat maps; all of them are drawn before the next flush. */
const HEAT_MAP_MS = 25;
const TURNS = 4;

interface LayerPlotsProps {
  readonly statistic: LayerStatistic;
  readonly frame: ChartFrame;
  /** Of the histories, which are mutable. */
  readonly version: number;
  /** Delay after a flush. */
  readonly drawnAfterMs: number;
}

export function LayerPlots({ statistic, frame, version, drawnAfterMs }: LayerPlotsProps) {
  const { runs, settings } = frame;
  const [, change] = useChartSettings();
  const measured = useMemo(
    () => runs.filter(({ history }) => statistic.isIn(history)),
    [runs, statistic],
  );
  const [low, high] = useMemo(
    () =>
      colourRange(
        runs.map(({ history }) => history),
        statistic,
      ),
    [runs, statistic, version],
  );
  const colours = useMemo(() => [low, high] as const, [low, high]);
  const nameOf = useLayerWords();
  const [opened, setOpened] = useState<{ readonly run: string; readonly layer: string } | null>(
    null,
  );
  const openedRun = usePage((state) => state.runs.find(({ id }) => id === opened?.run));
  const { layers } = settings;
  const pick = useCallback(
    (run: string, layer: string) => {
      setOpened({ run, layer });
      if (!layers.includes(layer)) change({ layers: [...layers, layer].slice(-MAX_PICKED_LAYERS) });
    },
    [layers, change],
  );
  return (
    <>
      <ColourScale statistic={statistic} range={colours} />
      <div className="layer-plots">
        {measured.map((run, i) => (
          <div key={run.id} className="heat-of-run">
            <h3 data-export-text style={{ color: runColour(run.colourIndex) }}>
              {run.name}
            </h3>
            <RunHeatMap
              {...{ run, statistic, colours, frame, nameOf }}
              delayMs={drawnAfterMs + (i % TURNS) * HEAT_MAP_MS}
              onPick={pick}
            />
          </div>
        ))}
        <LayerProfile runs={measured} {...{ statistic, version, colours, frame }} />
      </div>
      {opened !== null && openedRun !== undefined && (
        <Suspense>
          <LazyLayerDetail
            run={openedRun}
            layer={opened.layer}
            isShownHere
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
      <LayersOverSteps runs={measured} {...{ statistic, version, frame }} />
      <LayerTable runs={measured} {...{ statistic, version }} />
    </>
  );
}

interface RunHeatMapProps {
  readonly run: ShownRun;
  readonly statistic: LayerStatistic;
  readonly colours: readonly [number, number];
  readonly frame: ChartFrame;
  readonly delayMs: number;
  nameOf(layer: string): string;
  onPick(run: string, layer: string): void;
}

/** A heat map, painted in a task of its own. */
function RunHeatMap({ run, frame, delayMs, onPick, ...props }: RunHeatMapProps) {
  const version = useDrawnVersion(delayMs);
  const { ranges, settings, markers } = frame;
  const pick = useCallback((layer: string) => onPick(run.id, layer), [onPick, run.id]);
  if (ranges === null) return null;
  return (
    <HeatMap
      {...props}
      {...ranges}
      {...{ run, version, markers }}
      onPick={pick}
      name={`${props.statistic.name}, ${run.name}`}
      x={settings.x}
      logX={settings.logX}
    />
  );
}
