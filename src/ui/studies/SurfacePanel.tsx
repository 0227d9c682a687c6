/** One net's loss surface and what it says under the cursor. */
import { type KeyboardEvent, type PointerEvent, useMemo } from 'react';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import type { LossScale } from '../../charts/surface/contours.ts';
import { PLOT, PLOT_HEIGHT, PLOT_WIDTH, SurfacePlot } from '../../charts/surface/SurfacePlot.tsx';
import { filledSurface, knownPoints } from '../../app/surfaces.ts';
import { coordinate } from '../../training/studies/surfaceGrid.ts';
import type { GridPoint, ShownSurface } from './SurfaceFigure.tsx';

interface SurfacePanelProps {
  readonly surface: ShownSurface;
  readonly scale: LossScale;
  readonly cursor: GridPoint | null;
  readonly onCursor: (cursor: GridPoint | null) => void;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function SurfacePanel({ surface, scale, cursor, onCursor }: SurfacePanelProps) {
  const { subject, step, result } = surface;
  const { size, range } = result;
  const values = useMemo(() => filledSurface(result), [result]);
  const middle = (size - 1) / 2;
  const clamp = (n: number) => Math.min(size - 1, Math.max(0, n));
  const at = cursor === null ? null : { i: clamp(cursor.i), j: clamp(cursor.j) };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onCursor(null);
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 : 1;
    const from = at ?? { i: middle, j: middle };
    const [x, y] = at === null ? [0, 0] : move;
    onCursor({ i: clamp(from.i + far * x), j: clamp(from.j + far * y) });
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const zoom = PLOT_WIDTH / box.width;
    const x = ((event.clientX - box.left) * zoom - PLOT.left) / PLOT.side;
    const y = ((event.clientY - box.top) * zoom - PLOT.top) / PLOT.side;
    const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
    const place = (share: number) => clamp(Math.round(share * (size - 1)));
    onCursor(isInside ? { i: place(x), j: place(1 - y) } : null);
  };
  return (
    <section className="surface-panel" aria-label={`Loss surface of ${subject.name}`}>
      <h3 style={{ color: runColour(subject.colourIndex) }}>
        {subject.name}
        {step !== null && <span className="faint"> at step {formatCount(step)}</span>}
      </h3>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor */}
      <div
        role="group"
        className="surface-map"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
        tabIndex={0}
        aria-label={`Contour map of ${subject.name}’s loss. Arrow keys read values.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => onCursor(null)}
      >
        <svg viewBox={`0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`} aria-hidden="true">
          <SurfacePlot values={values} size={size} range={range} scale={scale} cursor={at} />
        </svg>
      </div>
      <p className="surface-readout" aria-live="polite">
        <Readout surface={surface} point={at ?? { i: middle, j: middle }} isCursor={at !== null} />
      </p>
    </section>
  );
}

function Readout({
  surface: { result },
  point: { i, j },
  isCursor,
}: {
  surface: ShownSurface;
  point: GridPoint;
  isCursor: boolean;
}) {
  const { size } = result;
  const known = useMemo(() => knownPoints(result), [result]);
  const at = j * size + i;
  const where = isCursor
    ? `${signed(coordinate(result, i))}, ${signed(coordinate(result, j))}`
    : 'trained net';
  if (known[at] !== true) return <>{where}: not computed yet</>;
  return (
    <>
      {where}: loss <strong>{formatValue(result.loss[at] ?? Number.NaN)}</strong>, accuracy{' '}
      {formatPercent(result.accuracy[at] ?? Number.NaN)}
    </>
  );
}

const signed = (value: number): string => formatValue(value).replace('-', '−');
