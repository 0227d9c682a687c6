/**
 * A statistic of every layer, gradient norms by default: a heat map over the steps for each run, and a profile of all
 * runs across depth, at the last step or at the cursor.
 */
import { Suspense, useCallback, useMemo, useState } from 'react';
import { MAX_PICKED_LAYERS } from '../../app/chartSettings.ts';
import {
  colourRange,
  LAYER_STATISTICS,
  type LayerStatistic,
  statisticOf,
} from '../../app/layerStatistics.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { HeatMap } from '../../charts/HeatMap.tsx';
import { runColour } from '../../charts/palette.ts';
import { useDrawnVersion, usePage, useShownRuns } from '../context.ts';
import { InlineSelect } from '../inputs.tsx';
import { LazyLayerDetail } from '../stage/LazyLayerDetail.tsx';
import { ColourScale } from './ColourScale.tsx';
import { FigureTitle } from './FigureTitle.tsx';
import { LayerProfile } from './LayerProfile.tsx';
import { LayersOverSteps } from './LayersOverSteps.tsx';
import { LayerTable } from './LayerTable.tsx';
import { useLayerWords } from './useLayerWords.ts';
import { type ChartFrame, useChartFrame, useChartSettings } from './useChartFrame.ts';

/** Delay after a flush, and between two heat maps; all of them are drawn before the next flush. */
const DRAWN_AFTER_MS = 120;
const HEAT_MAP_MS = 25;
const TURNS = 4;

export function LayerFigure() {
  const version = useDrawnVersion(DRAWN_AFTER_MS);
  const frame = useChartFrame(version);
  const { runs, settings, ranges } = frame;
  const [, change] = useChartSettings();
  const histories = useMemo(() => runs.map(({ history }) => history), [runs]);
  const statistic = statisticOf(settings.statistic, histories);
  const measured = useMemo(
    () => runs.filter(({ history }) => statistic.isIn(history)),
    [runs, statistic],
  );
  const [low, high] = useMemo(
    () => colourRange(histories, statistic),
    [histories, statistic, version],
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
    <figure aria-label={statistic.title} className="layer-figure">
      <FigureTitle title={statistic.title} caption={statistic.caption}>
        <StatisticSelect statistic={statistic} />
      </FigureTitle>
      {ranges === null ? (
        <p className="empty">Every training step adds a column for each run.</p>
      ) : (
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
                  delayMs={DRAWN_AFTER_MS + (i % TURNS) * HEAT_MAP_MS}
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
      )}
    </figure>
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

function StatisticSelect({ statistic }: { statistic: LayerStatistic }) {
  const [, change] = useChartSettings();
  const runs = useShownRuns();
  const choices = LAYER_STATISTICS.filter((choice) =>
    runs.some(({ history }) => choice.isIn(history)),
  );
  if (choices.length < 2) return null;
  return (
    <InlineSelect
      label="Show"
      value={statistic.id}
      options={choices.map(({ id, name }) => [id, name])}
      onChange={(chosen) => change({ statistic: chosen })}
    />
  );
}
