/** What both plots of test errors share: margins, the axis of errors in per cent, and the error of guessing. */
import type { ReactNode } from 'react';
import { type Axis, linearAxis } from '../axis.ts';
import { type Box, Frame, plotScales } from '../figure/Frame.tsx';
import { SANS } from '../figure/text.tsx';
import type { Scale } from '../scale.ts';
import { t } from '../../text/t.ts';

export const ERROR_PLOT_MARGIN = { left: 44, right: 14, top: 26, bottom: 44 } as const;

export interface ErrorPlotSize {
  /** Error of a network that guesses, in per cent. */
  readonly chance: number;
  readonly width: number;
  readonly height: number;
}

interface ErrorPlotProps extends ErrorPlotSize {
  readonly x: Axis;
  readonly xLabel: string;
  /** The largest error drawn, in per cent. */
  readonly highest: number;
  readonly children: (x: Scale, y: Scale, box: Box) => ReactNode;
}

export function ErrorPlot(props: ErrorPlotProps) {
  const { chance, width, height, x: across, xLabel, highest, children } = props;
  const { left, right, top, bottom } = ERROR_PLOT_MARGIN;
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const up = linearAxis(0, Math.min(100, Math.max(chance, highest) + 2));
  const { x, y } = plotScales(box, across, up);
  return (
    <>
      <Frame box={box} x={across} xLabel={xLabel} y={up} yLabel={t`Test error, %`} />
      <path
        d={`M${box.x} ${y.at(chance)}h${box.width}`}
        stroke="var(--axis)"
        strokeDasharray="1 4"
        strokeWidth={1.5}
      />
      <text
        x={box.x + box.width}
        y={y.at(chance) + 14}
        textAnchor="end"
        paintOrder="stroke"
        stroke="var(--paper)"
        strokeWidth={3}
        fontFamily={SANS}
        fontSize={11.5}
        fill="var(--faint)"
      >{t`guessing`}</text>
      {children(x, y, box)}
    </>
  );
}
