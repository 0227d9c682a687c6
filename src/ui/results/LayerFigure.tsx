/**
 * A statistic of every layer, gradient norms by default: a heat map over the steps for each run, and a profile of all
 * runs across depth, at the last step or at the cursor.
 */
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { MAX_PICKED_LAYERS } from '../../app/chartSettings.ts';
import { valueAt } from '../../app/column.ts';
import { LAYER_STATISTICS, type LayerStatistic, statisticOf } from '../../app/layerStatistics.ts';
import { robustLogRange } from '../../app/layers.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { formatValue } from '../../charts/format.ts';
import { HeatMap } from '../../charts/HeatMap.tsx';
import { runColour, scaleCss } from '../../charts/palette.ts';
import { useDrawnVersion, useShownRuns } from '../context.ts';
import { InlineSelect } from '../inputs.tsx';
import { FigureMenu } from './FigureMenu.tsx';
import { LayerProfile } from './LayerProfile.tsx';
import { LayersOverSteps } from './LayersOverSteps.tsx';
import { LayerTable } from './LayerTable.tsx';
import { type ChartFrame, useChartFrame, useChartSettings } from './useChartFrame.ts';

/** Rows of each history sampled for the colour scale. */
const SCALE_ROWS = 64;
/** Delay after a flush, and between two heat maps; all of them are drawn before the next flush. */
const DRAWN_AFTER_MS = 120;
const HEAT_MAP_MS = 25;
const TURNS = 4;

function* sampledValues(runs: readonly ShownRun[], statistic: LayerStatistic): Generator<number> {
  for (const { history } of runs) {
    if (!statistic.isIn(history)) continue;
    const { length } = statistic.rows(history);
    const every = Math.max(1, Math.ceil(length / SCALE_ROWS));
    for (const layer of statistic.layers(history)) {
      const column = statistic.column(history, layer);
      for (let row = 0; row < length; row += every) yield valueAt(column, row);
    }
  }
}

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
    () => robustLogRange(sampledValues(measured, statistic)),
    [measured, statistic, version],
  );
  const colours = useMemo(() => [low, high] as const, [low, high]);
  const { layers } = settings;
  const pick = useCallback(
    (layer: string) => {
      if (!layers.includes(layer)) change({ layers: [...layers, layer].slice(-MAX_PICKED_LAYERS) });
    },
    [layers, change],
  );
  return (
    <figure aria-label={statistic.title} className="layer-figure">
      <figcaption>
        <FigureMenu figure={statistic.title} />
        <strong data-export-text>{statistic.title}</strong> <span>{statistic.caption}</span>
      </figcaption>
      <StatisticSelect statistic={statistic} />
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
                  {...{ run, statistic, colours, frame }}
                  delayMs={DRAWN_AFTER_MS + (i % TURNS) * HEAT_MAP_MS}
                  onPick={pick}
                />
              </div>
            ))}
            <LayerProfile runs={measured} {...{ statistic, version, colours, frame }} />
          </div>
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
  onPick(layer: string): void;
}

/** A heat map, painted in a task of its own. */
function RunHeatMap({ run, frame, delayMs, ...props }: RunHeatMapProps) {
  const version = useDrawnVersion(delayMs);
  const { ranges, settings, markers } = frame;
  if (ranges === null) return null;
  return (
    <HeatMap
      {...props}
      {...ranges}
      {...{ run, version, markers }}
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

const SCALE_COLOURS = 64;

interface ColourScaleProps {
  readonly statistic: LayerStatistic;
  /** Range of log10 of the values. */
  readonly range: readonly [number, number];
}

function ColourScale({ statistic, range: [low, high] }: ColourScaleProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    for (let i = 0; i < SCALE_COLOURS; i++) {
      context.fillStyle = scaleCss(10 ** (low + (i / (SCALE_COLOURS - 1)) * (high - low)), [
        low,
        high,
      ]);
      context.fillRect(i, 0, 1, 1);
    }
  }, [low, high]);
  return (
    <p className="row scale">
      <span data-export-text>
        {statistic.symbol} {formatValue(10 ** low)}
      </span>
      <canvas ref={canvas} className="scale-bar" width={SCALE_COLOURS} height={1} />
      <span data-export-text>{formatValue(10 ** high)}, log scale</span>
      <span className="scale-none" /> <span>none: {statistic.missing}</span>
    </p>
  );
}
