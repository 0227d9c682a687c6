/** Test error by the block that is switched off: a line a net, its whole net's error as a level, stage borders marked. */
import { Frame } from '../experiment/Frame.tsx';
import { linearAxis } from '../experiment/plot.ts';
import { SANS } from '../experiment/text.tsx';
import { runColour, runDash } from '../palette.ts';
import { GuessingLine } from './GuessingLine.tsx';

export interface LesionLine {
  readonly id: string;
  readonly name: string;
  readonly colourIndex: number;
  /** Test error of the whole net, per cent; null: not known. */
  readonly base: number | null;
  readonly points: readonly {
    readonly index: number;
    readonly error: number;
    readonly isBorder: boolean;
  }[];
}

/** A run of blocks of one stage on the x axis, `start` … `end` − 1. */
export interface LesionStage {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

interface LesionPlotProps {
  readonly lines: readonly LesionLine[];
  readonly stages: readonly LesionStage[];
  /** Per cent of a guess. */
  readonly chance: number;
  readonly width: number;
  readonly height: number;
  /** Index of the block under the cursor. */
  readonly cursor?: number | null;
}

export const LESION_MARGIN = { left: 44, right: 14, top: 26, bottom: 44 } as const;

/** Middle of a block's place, in pixels of the plot. */
export function blockX(index: number, blocks: number, width: number): number {
  const inner = width - LESION_MARGIN.left - LESION_MARGIN.right;
  return LESION_MARGIN.left + ((index + 0.5) / Math.max(1, blocks)) * inner;
}

export function LesionPlot({
  lines,
  stages,
  chance,
  width,
  height,
  cursor = null,
}: LesionPlotProps) {
  const { left, right, top, bottom } = LESION_MARGIN;
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const blocks = Math.max(1, ...stages.map(({ end }) => end));
  const highest = Math.max(chance, ...lines.flatMap(({ points }) => points.map((p) => p.error)));
  const axis = linearAxis(0, Math.min(100, highest + 2), 5);
  const y = (error: number) => box.y + (1 - error / axis.high) * box.height;
  const x = (index: number) => blockX(index, blocks, width);
  const edge = (index: number) => x(index) - box.width / blocks / 2;
  return (
    <>
      <Frame
        box={box}
        x={null}
        xLabel="block switched off (filled: shape changes)"
        y={axis}
        yLabel="Test error, %"
      />
      <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
        {stages.map(({ label, start, end }, i) => (
          <g key={label}>
            {i > 0 && (
              <path
                d={`M${edge(start)} ${box.y}v${box.height + 6}`}
                stroke="var(--control)"
                strokeDasharray="2 3"
                strokeWidth={1}
              />
            )}
            <text x={(edge(start) + edge(end)) / 2} y={box.y + box.height + 17} textAnchor="middle">
              {label}
            </text>
          </g>
        ))}
        <GuessingLine x={box.x} width={box.width} y={y(chance)} />
      </g>
      {cursor !== null && (
        <path
          d={`M${x(cursor)} ${box.y}v${box.height}`}
          stroke="var(--axis)"
          strokeDasharray="2 2"
          strokeWidth={1}
        />
      )}
      {lines.map(({ id, colourIndex, base, points }) => (
        <g key={id} stroke={runColour(colourIndex)} fill="none">
          {base !== null && (
            <path
              d={`M${box.x} ${y(base)}h${box.width}`}
              strokeWidth={1}
              strokeOpacity={0.7}
              strokeDasharray={runDash(colourIndex)}
            />
          )}
          <path
            d={points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.index)} ${y(p.error)}`).join('')}
            strokeWidth={1.75}
            strokeDasharray={runDash(colourIndex)}
          />
          {points.map((p) => (
            <circle
              key={p.index}
              cx={x(p.index)}
              cy={y(p.error)}
              r={p.isBorder ? 5 : 3.5}
              fill={p.isBorder ? runColour(colourIndex) : 'var(--paper)'}
              strokeWidth={1.75}
            />
          ))}
        </g>
      ))}
    </>
  );
}
