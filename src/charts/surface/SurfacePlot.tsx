/** One loss surface as a contour map in a square: bands of colour, lines, axes, the trained net, the cursor. */
import { memo, useId, useMemo } from 'react';
import { SANS } from '../experiment/text.tsx';
import { formatValue } from '../format.ts';
import {
  contourLevels,
  contourPaths,
  type LossScale,
  levelLabels,
  scaleColour,
  shareOf,
} from './contours.ts';

export interface SurfacePlotProps {
  /** [size, size] losses, the first row at the bottom; null: nothing to draw yet. */
  readonly values: Float64Array | null;
  readonly size: number;
  /** Coordinates run from −range to range. */
  readonly range: number;
  readonly scale: LossScale | null;
  /** Point under the cursor. */
  readonly cursor?: { readonly i: number; readonly j: number } | null;
}

export const PLOT = { side: 300, left: 40, top: 8, right: 12, bottom: 36 } as const;
export const PLOT_WIDTH = PLOT.left + PLOT.side + PLOT.right;
export const PLOT_HEIGHT = PLOT.top + PLOT.side + PLOT.bottom;

const LABEL_GAP = 20;

export function SurfacePlot({ values, size, range, scale, cursor = null }: SurfacePlotProps) {
  const { side, left, top } = PLOT;
  return (
    <g transform={`translate(${left} ${top})`} fontFamily={SANS}>
      <rect width={side} height={side} fill="var(--surface)" />
      {values !== null && scale !== null && <LossMap values={values} size={size} scale={scale} />}
      <path
        d={`M${side / 2 - 5} ${side / 2}h10M${side / 2} ${side / 2 - 5}v10`}
        stroke="#000"
        strokeWidth={4}
      />
      <path
        d={`M${side / 2 - 5} ${side / 2}h10M${side / 2} ${side / 2 - 5}v10`}
        stroke="#fff"
        strokeWidth={2}
      />
      {cursor !== null && <Cursor x={cursor.i / (size - 1)} y={cursor.j / (size - 1)} />}
      <rect width={side} height={side} fill="none" stroke="var(--control)" strokeWidth={1} />
      <Axes range={range} />
    </g>
  );
}

interface MapProps {
  readonly values: Float64Array;
  readonly size: number;
  readonly scale: LossScale;
}

const LossMap = memo(function LossMap({ values, size, scale }: MapProps) {
  const { side } = PLOT;
  const { paths, labels } = useMemo(() => {
    const levels = contourLevels(scale);
    return {
      paths: contourPaths(values, size, levels, scale, side),
      labels: levelLabels(values, size, levels, side, LABEL_GAP),
    };
  }, [values, size, scale, side]);
  const clip = useId();
  const shares = [0, ...paths.map(({ level }) => shareOf(scale, level)), 1];
  const middle = (i: number) => ((shares[i] ?? 0) + (shares[i + 1] ?? 1)) / 2;
  return (
    <g clipPath={`url(#${clip})`}>
      <clipPath id={clip}>
        <rect width={side} height={side} />
      </clipPath>
      <rect width={side} height={side} fill={scaleColour(middle(0))} />
      {paths.map(({ level, path }, i) => (
        <path
          key={level}
          d={path}
          fill={scaleColour(middle(i + 1))}
          fillRule="evenodd"
          stroke="#000"
          strokeOpacity={0.35}
          strokeWidth={0.7}
        />
      ))}
      <g fontSize={10} textAnchor="middle" stroke="#000" strokeWidth={2.5} fill="#fff">
        {labels.map(({ level, x, y }) => (
          <text key={level} x={x} y={y + 3.5} paintOrder="stroke">
            {formatValue(level)}
          </text>
        ))}
      </g>
    </g>
  );
});

function Axes({ range }: { range: number }) {
  const { side } = PLOT;
  const ticks = [-1, -0.5, 0, 0.5, 1];
  return (
    <g fontSize={11.5} fill="var(--faint)">
      {ticks.map((tick) => {
        const at = ((tick + 1) / 2) * side;
        const text = formatValue(tick * range).replace('-', '−');
        return (
          <g key={tick}>
            <path
              d={`M${at} ${side}v4M0 ${side - at}h-4`}
              stroke="var(--control)"
              strokeWidth={1}
            />
            <text x={at} y={side + 16} textAnchor="middle">
              {text}
            </text>
            <text x={-7} y={side - at + 4} textAnchor="end">
              {text}
            </text>
          </g>
        );
      })}
      <text x={side / 2} y={side + 32} textAnchor="middle">
        first direction
      </text>
      <text transform={`translate(-30 ${side / 2}) rotate(-90)`} textAnchor="middle">
        second direction
      </text>
    </g>
  );
}

function Cursor({ x, y }: { x: number; y: number }) {
  const { side } = PLOT;
  const [cx, cy] = [x * side, (1 - y) * side];
  return (
    <g fill="none">
      <circle cx={cx} cy={cy} r={6} stroke="#000" strokeWidth={4} />
      <circle cx={cx} cy={cy} r={6} stroke="#fff" strokeWidth={2} />
    </g>
  );
}
