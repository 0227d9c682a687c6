/** Loss and error on ways between two nets, side by side. */
import { linearAxis } from '../axis.ts';
import { LinePlot, type PlotLine } from '../experiment/LinePlot.tsx';
import { formatPerCent, formatValue } from '../format.ts';
import { panelBox } from './panels.ts';
import { t } from '../../text/t.ts';

/** One split on one way, point by point. */
export interface LineOfSplit {
  readonly name: string;
  readonly colourIndex: number;
  /** In place of its colour's; such a line is thin. */
  readonly dash?: string;
  readonly alpha: readonly number[];
  readonly loss: readonly number[];
  /** Per cent. */
  readonly error: readonly number[];
}

interface LineBetweenPlotProps {
  readonly splits: readonly LineOfSplit[];
  /** The nets' names, for the ends of the axis. */
  readonly ends: readonly [string, string];
  readonly width: number;
  /** Names the clip paths of this drawing. */
  readonly clipId: string;
}

export function LineBetweenPlot({ splits, ends, width, clipId }: LineBetweenPlotProps) {
  const linesOf = (
    values: 'loss' | 'error',
    write: (value: number) => string,
  ): readonly PlotLine[] =>
    splits.map(({ alpha, [values]: y, ...style }) => {
      const last = y.at(-1);
      return { ...style, x: alpha, y, value: last === undefined ? '' : write(last) };
    });
  const panels = [
    [t`Loss`, linesOf('loss', formatValue)],
    [t`Error, %`, linesOf('error', formatPerCent)],
  ] as const;
  return panels.map(([label, lines], i) => {
    const values = lines.flatMap(({ y }) => y).filter(Number.isFinite);
    return (
      <LinePlot
        key={label}
        box={panelBox(width, i)}
        lines={lines}
        x={{ from: 0, to: 1, ticks: [0, 0.5, 1], log: false }}
        xLabel={t`from ${ends[0]} (0) to ${ends[1]} (1)`}
        y={linearAxis(0, Math.max(0.01, ...values))}
        yLabel={label}
        clipId={`${clipId}${i}`}
      />
    );
  });
}
