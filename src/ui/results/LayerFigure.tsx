/**
 * A statistic of every layer, gradient norms by default: a heat map over the steps for each run, and a profile of all
 * runs across depth, at the last step or at the cursor.
 */
import { Suspense, useMemo } from 'react';
import { LAYER_STATISTICS, type LayerStatistic, statisticOf } from '../../app/layerStatistics.ts';
import { useDrawnVersion, useShownRuns } from '../context.ts';
import { InlineSelect } from '../inputs.tsx';
import { lazily } from '../lazily.tsx';
import { FigureTitle } from './FigureTitle.tsx';
import { useChartFrame, useChartSettings } from './useChartFrame.ts';
import { t } from '../../text/t.ts';

/** There is nothing to draw before the first step. */
const LayerPlots = lazily(
  () => import('./LayerPlots.tsx'),
  ({ LayerPlots }) => LayerPlots,
);

const ID = 'layers';
/** Delay after a flush. */
const DRAWN_AFTER_MS = 120;

export function LayerFigure() {
  const version = useDrawnVersion(DRAWN_AFTER_MS);
  const frame = useChartFrame(version);
  const { runs, settings, ranges } = frame;
  const histories = useMemo(() => runs.map(({ history }) => history), [runs]);
  const statistic = statisticOf(settings.statistic, histories);
  return (
    <figure data-figure={ID} aria-label={statistic.title} className="layer-figure">
      <FigureTitle id={ID} title={statistic.title} caption={statistic.caption}>
        <StatisticSelect statistic={statistic} />
      </FigureTitle>
      {ranges === null ? (
        <p className="empty">{t`Every training step adds a column for each run.`}</p>
      ) : (
        <Suspense fallback={<p className="empty">{t`Loading…`}</p>}>
          <LayerPlots {...{ statistic, frame, version }} drawnAfterMs={DRAWN_AFTER_MS} />
        </Suspense>
      )}
    </figure>
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
      label={t`Show`}
      value={statistic.id}
      options={choices.map(({ id, name }) => [id, name])}
      onChange={(chosen) => change({ statistic: chosen })}
    />
  );
}
