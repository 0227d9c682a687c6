/** A loss surface as a square contour map: colour bands, lines, axes, the trained network and the cursor. */
import { memo, useId, useMemo } from 'react';
import { SANS } from '../figure/text.tsx';
import { formatSigned, formatValue } from '../format.ts';
import { linePath } from '../paths.ts';
import type { Domain } from '../scale.ts';
import { linearTicks } from '../ticks.ts';
import { colourBands, contourLevels, contourPaths, levelLabels } from './contours.ts';
import { t } from '../../text/t.ts';

interface SurfacePlotProps {
  /** [size, size] losses, the first row at the bottom; null: nothing to draw yet. */
  readonly values: Float64Array | null;
  readonly size: number;
  /** Coordinates run from −range to range. */
  readonly range: number;
  readonly losses: Domain;
  /** Point under the cursor. */
  readonly cursor?: { readonly i: number; readonly j: number } | null;
  /** What the coordinates count from; left out: the trained network. */
  readonly centre?: Place;
  /** Of the axes; left out: random directions. */
  readonly directions?: readonly [string, string];
  /** Where training passed, up to the trained network at 0, 0. */
  readonly path?: readonly Place[];
}

type Place = readonly [number, number];

export const PLOT = { side: 300, left: 40, top: 8, right: 12, bottom: 36 } as const;
export const PLOT_WIDTH = PLOT.left + PLOT.side + PLOT.right;
export const PLOT_HEIGHT = PLOT.top + PLOT.side + PLOT.bottom;

const LABEL_GAP = 20;
/** White over black: visible on every colour. */
const OUTLINED = [
  ['#000', 4],
  ['#fff', 2],
] as const;

export function SurfacePlot(props: SurfacePlotProps) {
  const { values, size, range, losses, cursor = null, centre = [0, 0], path = [] } = props;
  const { directions = [t`first direction`, t`second direction`] } = props;
  const { side, left, top } = PLOT;
  const at = ([x, y]: Place) => ({
    x: ((x - centre[0]) / range + 1) * (side / 2),
    y: (1 - (y - centre[1]) / range) * (side / 2),
  });
  const end = at([0, 0]);
  const way = path.map(at);
  return (
    <g transform={`translate(${left} ${top})`} fontFamily={SANS}>
      <rect width={side} height={side} fill="var(--surface)" />
      {values !== null && <LossMap values={values} size={size} losses={losses} />}
      {OUTLINED.map(([stroke, strokeWidth]) => (
        <g key={stroke} {...{ stroke, strokeWidth }}>
          <path d={linePath(way)} fill="none" strokeLinejoin="round" />
          {way.map(({ x, y }) => (
            <circle key={`${x} ${y}`} cx={x} cy={y} r={1.5} />
          ))}
          <path d={`M${end.x - 5} ${end.y}h10M${end.x} ${end.y - 5}v10`} />
        </g>
      ))}
      {cursor !== null && <Cursor x={cursor.i / (size - 1)} y={cursor.j / (size - 1)} />}
      <rect width={side} height={side} fill="none" stroke="var(--control)" strokeWidth={1} />
      <Axes range={range} centre={centre} directions={directions} />
    </g>
  );
}

interface MapProps {
  readonly values: Float64Array;
  readonly size: number;
  readonly losses: Domain;
}

const LossMap = memo(function LossMap({ values, size, losses }: MapProps) {
  const { side } = PLOT;
  const { paths, labels } = useMemo(() => {
    const levels = contourLevels(losses);
    return {
      paths: contourPaths(values, size, levels, losses, side),
      labels: levelLabels(values, size, levels, side, LABEL_GAP),
    };
  }, [values, size, losses, side]);
  const clip = useId();
  const [lowest, ...bands] = colourBands(losses);
  return (
    <g clipPath={`url(#${clip})`}>
      <clipPath id={clip}>
        <rect width={side} height={side} />
      </clipPath>
      <rect width={side} height={side} fill={lowest?.colour} />
      {paths.map(({ level, path }, i) => (
        <path
          key={level}
          d={path}
          fill={bands[i]?.colour}
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

function Axes({
  range,
  centre,
  directions,
}: Pick<Required<SurfacePlotProps>, 'range' | 'directions' | 'centre'>) {
  const { side } = PLOT;
  const [across, up] = centre.map((middle) => ticksOf(middle, range));
  return (
    <g fontSize={11.5} fill="var(--faint)">
      {across?.map(({ place, text }) => (
        <g key={text}>
          <path d={`M${place} ${side}v4`} stroke="var(--control)" strokeWidth={1} />
          <text x={place} y={side + 16} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      {up?.map(({ place, text }) => (
        <g key={text}>
          <path d={`M0 ${side - place}h-4`} stroke="var(--control)" strokeWidth={1} />
          <text x={-7} y={side - place + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      <text x={side / 2} y={side + 32} textAnchor="middle">
        {directions[0]}
      </text>
      <text transform={`translate(-30 ${side / 2}) rotate(-90)`} textAnchor="middle">
        {directions[1]}
      </text>
    </g>
  );
}

/** Around 0 at the ends and in between; elsewhere at round numbers. `place` in pixels along the side. */
function ticksOf(middle: number, range: number): { place: number; text: string }[] {
  const values =
    middle === 0
      ? [-1, -0.5, 0, 0.5, 1].map((tick) => tick * range)
      : linearTicks(middle - range, middle + range).slice(1, -1);
  return values.map((value) => {
    const place = ((value - middle) / range + 1) * (PLOT.side / 2);
    return { place, text: formatSigned(value) };
  });
}

function Cursor({ x, y }: { x: number; y: number }) {
  const { side } = PLOT;
  const [cx, cy] = [x * side, (1 - y) * side];
  return (
    <g fill="none">
      {OUTLINED.map(([stroke, strokeWidth]) => (
        <circle key={stroke} cx={cx} cy={cy} r={6} {...{ stroke, strokeWidth }} />
      ))}
    </g>
  );
}
