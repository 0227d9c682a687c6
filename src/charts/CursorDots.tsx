/** The lines' values at the cursor. */
import { type CurvePoint, pointAt } from '../app/curve.ts';
import type { DrawnRun } from './drawnRun.ts';
import { useLinked } from './linked.ts';
import type { PlotFrame } from './Plot.tsx';
import { runColour } from './palette.ts';

interface CursorDotsProps {
  readonly frame: PlotFrame;
  placesAt(cursor: number): readonly {
    readonly run: DrawnRun;
    /** In the units of the axes. */
    readonly point: { readonly x: number; readonly y: number } | null;
  }[];
}

export function CursorDots({ frame: { x, y }, placesAt }: CursorDotsProps) {
  const cursor = useLinked((linked) => linked.cursor);
  if (cursor === null || cursor < x.from || cursor > x.to) return null;
  return placesAt(cursor).map(({ run, point }, i) =>
    point === null || !Number.isFinite(y.at(point.y)) ? null : (
      <circle
        key={`${run.id}/${i}`}
        data-export="no"
        cx={x.at(point.x)}
        cy={y.at(point.y)}
        r={3.5}
        fill={runColour(run.colourIndex)}
        stroke="var(--paper)"
      />
    ),
  );
}

/** The smoothed value at the cursor; null beyond the end of the line. */
export function smoothedAt(points: readonly CurvePoint[], cursor: number) {
  const last = points.at(-1);
  if (last === undefined || cursor > last.x) return null;
  const point = pointAt(points, cursor);
  return point === undefined ? null : { x: point.x, y: point.smoothed };
}
