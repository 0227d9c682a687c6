/** The figure of loss or accuracy. */
import { useMemo } from 'react';
import { MAX_POINTS } from '../../app/curve.ts';
import { curveOf, type Quantity } from '../../app/series.ts';
import { valueRange } from '../../app/valueRange.ts';
import { useDrawnVersion } from '../context.ts';
import { FigureTitle } from './FigureTitle.tsx';
import { LazyMetricChart } from './LazyCharts.tsx';
import { useChartFrame } from './useChartFrame.ts';

interface MetricFigureProps {
  readonly title: 'Loss' | 'Accuracy';
  readonly quantity: Quantity;
  readonly caption: string;
}

/** Delay of each figure's drawing after a flush. */
const DRAWN_AFTER_MS: Readonly<Record<Quantity, number>> = { loss: 20, accuracy: 80 };
const Y_TITLES: Readonly<Record<Quantity, string>> = {
  loss: 'cross-entropy',
  accuracy: 'classified correctly',
};

export function MetricFigure({ title, quantity, caption }: MetricFigureProps) {
  const version = useDrawnVersion(DRAWN_AFTER_MS[quantity]);
  const { runs, settings, axis, ranges, markers } = useChartFrame(version);
  const { smoothing, logX, x, ignoreOutliers, spread } = settings;
  const logY = quantity === 'loss' && settings.logLoss;
  const range = ranges?.range;
  const lines = useMemo(
    () =>
      range === undefined
        ? []
        : runs.map((run) => ({
            run,
            curve: curveOf(run, quantity, {
              ...{ axis, range, logX, smoothing, log: logY, maxPoints: MAX_POINTS },
              unit: quantity === 'accuracy' ? 100 : 1,
            }),
          })),
    [runs, quantity, axis, range, logX, smoothing, logY, version],
  );
  const values = useMemo(
    () =>
      valueRange(
        lines.map(({ curve }) => curve),
        { isRobust: ignoreOutliers, hasSpread: spread },
      ),
    [lines, ignoreOutliers, spread],
  );
  return (
    <figure aria-label={title}>
      <FigureTitle title={title} caption={caption} />
      <div className="plot">
        {ranges === null ? (
          <p className="empty">Press Train to draw the first step here.</p>
        ) : (
          <LazyMetricChart
            {...{ title, lines, markers, x, logX, logY, values }}
            {...ranges}
            yTitle={Y_TITLES[quantity]}
            unit={quantity === 'accuracy' ? '%' : ''}
            isSmoothed={smoothing > 0}
            hasSpread={spread}
          />
        )}
      </div>
    </figure>
  );
}
