/** Largest curvature and noise scale over the steps, one above the other or side by side. */
import { type Axis, linearAxis, logAxis } from '../axis.ts';
import { LinePlot, type PlotLine } from '../experiment/LinePlot.tsx';
import { formatValue } from '../format.ts';
import { panelBox } from './panels.ts';
import { t } from '../../text/t.ts';

/** One run's path; a null is not drawn. */
export interface CurvatureLine {
  readonly name: string;
  readonly colourIndex: number;
  readonly step: readonly number[];
  readonly largest: readonly number[];
  readonly limit: readonly (number | null)[];
  /** Images. */
  readonly noiseScale: readonly (number | null)[];
}

interface CurvaturePlotProps {
  readonly lines: readonly CurvatureLine[];
  readonly width: number;
  /** Names the clip paths of this drawing. */
  readonly clipId: string;
}

export function CurvaturePlot({ lines, width, clipId }: CurvaturePlotProps) {
  const steps = Math.max(1, ...lines.flatMap(({ step }) => step));
  const x: Axis = { ...linearAxis(0, steps, 5, true), to: steps };
  const panels = [
    [
      t`Largest curvature`,
      lines.flatMap((line) => [
        drawn(line, line.largest, line.name),
        drawn(line, line.limit, t`limit of ${line.name}`, '2 4'),
      ]),
    ],
    [t`Noise scale, images`, lines.map((line) => drawn(line, line.noiseScale, line.name))],
  ] as const;
  return panels.map(([label, all], i) => {
    const shown = all.filter(({ y }) => y.length > 0);
    return (
      <LinePlot
        key={label}
        box={panelBox(width, i)}
        lines={shown}
        x={x}
        xLabel={t`step`}
        y={logAxis(shown.flatMap(({ y }) => y))}
        yLabel={label}
        clipId={`${clipId}${i}`}
      />
    );
  });
}

/** The points that have a place on a log axis. */
function drawn(
  { colourIndex, step }: CurvatureLine,
  values: readonly (number | null)[],
  name: string,
  dash?: string,
): PlotLine {
  const points = values.flatMap((y, i) =>
    y !== null && y > 0 && Number.isFinite(y) ? [{ x: step[i] ?? 0, y }] : [],
  );
  const last = points.at(-1);
  return {
    ...{ name, colourIndex, x: points.map(({ x }) => x), y: points.map(({ y }) => y) },
    value: last === undefined ? '' : formatValue(Number(last.y.toPrecision(2))),
    ...(dash === undefined ? {} : { dash }),
  };
}
