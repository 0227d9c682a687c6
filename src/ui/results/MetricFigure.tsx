/** The figure of loss or accuracy. */
import { useMemo } from 'react';
import { MAX_POINTS } from '../../app/curve.ts';
import { bySeed, meanCurve, seedsName } from '../../app/seeds.ts';
import { type Curve, curveOf, type Quantity } from '../../app/series.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { valueRange } from '../../app/valueRange.ts';
import { useDrawnVersion } from '../context.ts';
import { FigureTitle } from './FigureTitle.tsx';
import { LazyMetricChart } from './LazyCharts.tsx';
import { useChartFrame } from './useChartFrame.ts';
import { t } from '../../text/t.ts';

interface MetricFigureProps {
  readonly title: string;
  readonly quantity: Quantity;
  readonly caption: string;
}

/** Delay of each figure's drawing after a flush. */
const DRAWN_AFTER_MS: Readonly<Record<Quantity, number>> = { loss: 20, accuracy: 80 };
const Y_TITLES: Readonly<Record<Quantity, string>> = {
  loss: t`cross-entropy`,
  accuracy: t`classified correctly`,
};

interface Line {
  readonly run: ShownRun;
  readonly curve: Curve;
  /** Of several runs. */
  readonly isMean?: boolean;
}

/** Runs that differ only in their seeds as one line. */
function meanLines(lines: readonly Line[]): readonly Line[] {
  return bySeed(lines, ({ run }) => run).flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { run, curve } = first;
    if (others.length === 0) return [{ run, curve }];
    const mean = meanCurve([curve, ...others.map((other) => other.curve)]);
    const name = seedsName(run.name, others.length + 1);
    return [{ run: { ...run, name }, curve: mean, isMean: true }];
  });
}

export function MetricFigure({ title, quantity, caption }: MetricFigureProps) {
  const version = useDrawnVersion(DRAWN_AFTER_MS[quantity]);
  const { runs, settings, axis, ranges, markers } = useChartFrame(version);
  const { smoothing, logX, x, ignoreOutliers, spread, seeds } = settings;
  const logY = quantity === 'loss' && settings.logLoss;
  const range = ranges?.range;
  const single = useMemo(
    (): readonly Line[] =>
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
  // Points of different runs coincide where x counts steps.
  const areMeans = seeds && x !== 'time';
  const lines = useMemo(() => (areMeans ? meanLines(single) : single), [areMeans, single]);
  const values = useMemo(
    () =>
      valueRange(
        lines.map(({ curve }) => curve),
        {
          isRobust: ignoreOutliers,
          spread: lines.filter(({ isMean }) => isMean || spread).map(({ curve }) => curve),
        },
      ),
    [lines, ignoreOutliers, spread],
  );
  return (
    <figure data-figure={quantity} aria-label={title}>
      <FigureTitle id={quantity} title={title} caption={caption} />
      <div className="plot">
        {ranges === null ? (
          <p className="empty">{t`Press Train to draw the first step here.`}</p>
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
