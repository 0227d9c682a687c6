/** Test error by the block removed: a line per network, its error as a whole as a level, and the stages' borders. */

import { SANS } from '../figure/text.tsx';
import { runColour, runDash } from '../palette.ts';
import { linePath } from '../paths.ts';
import { scaleOf } from '../scale.ts';
import { ERROR_PLOT_MARGIN, ErrorPlot, type ErrorPlotSize } from './ErrorPlot.tsx';
import { t } from '../../text/t.ts';

export interface LesionLine {
  readonly id: string;
  readonly name: string;
  readonly colourIndex: number;
  /** Test error of the whole network, in per cent; null: not known yet. */
  readonly base: number | null;
  readonly points: readonly {
    readonly index: number;
    readonly error: number;
    readonly isBorder: boolean;
  }[];
}

/** The blocks of one stage, `start` … `end` − 1. */
export interface LesionStage {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

interface LesionPlotProps extends ErrorPlotSize {
  readonly lines: readonly LesionLine[];
  readonly stages: readonly LesionStage[];
  /** Index of the block under the cursor. */
  readonly cursor?: number | null;
}

/** The x axis: block `i` extends from i to i + 1. */
export const blockScale = (blocks: number, width: number) =>
  scaleOf(
    { from: 0, to: Math.max(1, blocks) },
    [ERROR_PLOT_MARGIN.left, width - ERROR_PLOT_MARGIN.right],
    false,
  );

export function LesionPlot({ lines, stages, cursor = null, ...size }: LesionPlotProps) {
  const blocks = Math.max(1, ...stages.map(({ end }) => end));
  return (
    <ErrorPlot
      {...size}
      x={{ from: 0, to: blocks, ticks: [], log: false }}
      xLabel={t`block switched off (filled: shape changes)`}
      highest={Math.max(0, ...lines.flatMap(({ points }) => points.map(({ error }) => error)))}
    >
      {(x, y, box) => {
        const pointAt = (index: number, error: number) => ({
          x: x.at(index + 0.5),
          y: y.at(error),
        });
        return (
          <>
            {stages.map(({ label, start, end }, i) => (
              <g key={label} fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
                {i > 0 && (
                  <path
                    d={`M${x.at(start)} ${box.y}v${box.height + 6}`}
                    stroke="var(--control)"
                    strokeDasharray="2 3"
                    strokeWidth={1}
                  />
                )}
                <text x={x.at((start + end) / 2)} y={box.y + box.height + 17} textAnchor="middle">
                  {label}
                </text>
              </g>
            ))}
            {cursor !== null && (
              <path
                d={`M${x.at(cursor + 0.5)} ${box.y}v${box.height}`}
                stroke="var(--axis)"
                strokeDasharray="2 2"
                strokeWidth={1}
              />
            )}
            {lines.map(({ id, colourIndex, base, points }) => (
              <g key={id} stroke={runColour(colourIndex)} fill="none">
                {base !== null && (
                  <path
                    d={`M${box.x} ${y.at(base)}h${box.width}`}
                    strokeWidth={1}
                    strokeOpacity={0.7}
                    strokeDasharray={runDash(colourIndex)}
                  />
                )}
                <path
                  d={linePath(points.map(({ index, error }) => pointAt(index, error)))}
                  strokeWidth={1.75}
                  strokeDasharray={runDash(colourIndex)}
                />
                {points.map(({ index, error, isBorder }) => (
                  <circle
                    key={index}
                    cx={x.at(index + 0.5)}
                    cy={y.at(error)}
                    r={isBorder ? 5 : 3.5}
                    fill={isBorder ? runColour(colourIndex) : 'var(--paper)'}
                    strokeWidth={1.75}
                  />
                ))}
              </g>
            ))}
          </>
        );
      }}
    </ErrorPlot>
  );
}
