/** Test error by the number of blocks switched off together: mean of the draws, and from least to most as a band. */
import { Frame } from '../experiment/Frame.tsx';
import { linearAxis, shareOf } from '../experiment/plot.ts';
import { SANS } from '../experiment/text.tsx';
import { runColour, runDash } from '../palette.ts';
import { GuessingLine } from './GuessingLine.tsx';
import { LESION_MARGIN } from './LesionPlot.tsx';

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

interface CountPlotProps {
  readonly lines: readonly CountLine[];
  /** Per cent of a guess. */
  readonly chance: number;
  readonly width: number;
  readonly height: number;
}

export function CountPlot({ lines, chance, width, height }: CountPlotProps) {
  const { left, right, top, bottom } = LESION_MARGIN;
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const points = lines.flatMap((line) => line.points);
  const across = linearAxis(0, Math.max(1, ...points.map(({ count }) => count)), 6, true);
  const up = linearAxis(0, Math.min(100, Math.max(chance, ...points.map((p) => p.high)) + 2), 5);
  const x = (count: number) => box.x + shareOf(across, count) * box.width;
  const y = (error: number) => box.y + (1 - shareOf(up, error)) * box.height;
  return (
    <>
      <Frame
        box={box}
        x={across}
        xLabel="blocks switched off together, drawn at random"
        y={up}
        yLabel="Test error, %"
      />
      <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
        <GuessingLine x={box.x} width={box.width} y={y(chance)} />
      </g>
      {lines.map(({ id, colourIndex, points: own }) => {
        const upper = own.map((p) => `${x(p.count)} ${y(p.high)}`);
        const lower = own.map((p) => `${x(p.count)} ${y(p.low)}`).reverse();
        return (
          <g key={id} stroke={runColour(colourIndex)}>
            {own.length > 1 && (
              <path
                d={`M${[...upper, ...lower].join('L')}Z`}
                fill={runColour(colourIndex)}
                fillOpacity={0.16}
                stroke="none"
              />
            )}
            <path
              d={own.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.count)} ${y(p.mean)}`).join('')}
              fill="none"
              strokeWidth={1.75}
              strokeDasharray={runDash(colourIndex)}
            />
            {own.map((p) => (
              <circle
                key={p.count}
                cx={x(p.count)}
                cy={y(p.mean)}
                r={3}
                fill="var(--paper)"
                strokeWidth={1.75}
              />
            ))}
          </g>
        );
      })}
    </>
  );
}
