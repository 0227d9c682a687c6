/** Test error by the number of blocks removed together: the mean of the draws in a band from the smallest to the largest. */
import { linearAxis } from '../axis.ts';
import { runColour, runDash } from '../palette.ts';
import { linePath } from '../paths.ts';
import { ErrorPlot, type ErrorPlotSize } from './ErrorPlot.tsx';
import { t } from '../../text/t.ts';

export interface CountLine {
  readonly id: string;
  readonly name: string;
  readonly colourIndex: number;
  /** Errors in per cent. */
  readonly points: readonly {
    readonly count: number;
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export function CountPlot({ lines, ...size }: ErrorPlotSize & { lines: readonly CountLine[] }) {
  const all = lines.flatMap(({ points }) => points);
  return (
    <ErrorPlot
      {...size}
      x={linearAxis(0, Math.max(1, ...all.map(({ count }) => count)), 6, true)}
      xLabel={t`blocks switched off together, drawn at random`}
      highest={Math.max(...all.map(({ high }) => high))}
    >
      {(x, y) =>
        lines.map(({ id, colourIndex, points }) => {
          const edge = (side: 'low' | 'mean' | 'high') =>
            points.map((point) => ({ x: x.at(point.count), y: y.at(point[side]) }));
          return (
            <g key={id} stroke={runColour(colourIndex)}>
              {points.length > 1 && (
                <path
                  d={`${linePath([...edge('high'), ...edge('low').reverse()])}Z`}
                  fill={runColour(colourIndex)}
                  fillOpacity={0.16}
                  stroke="none"
                />
              )}
              <path
                d={linePath(edge('mean'))}
                fill="none"
                strokeWidth={1.75}
                strokeDasharray={runDash(colourIndex)}
              />
              {edge('mean').map((at) => (
                <circle
                  key={at.x}
                  cx={at.x}
                  cy={at.y}
                  r={3}
                  fill="var(--paper)"
                  strokeWidth={1.75}
                />
              ))}
            </g>
          );
        })
      }
    </ErrorPlot>
  );
}
