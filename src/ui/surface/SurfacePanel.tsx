/** One network's loss surface, and its values at the cursor. */
import { type KeyboardEvent, type PointerEvent, useMemo } from 'react';
import { filledSurface, knownPoints } from '../../app/surfaces.ts';
import { arrowOf, clamp } from '../../charts/arrowKeys.ts';
import { formatCount, formatPercent, formatSigned, formatValue } from '../../charts/format.ts';
import { PlotArea } from '../../charts/PlotArea.tsx';
import { runColour } from '../../charts/palette.ts';
import type { Domain } from '../../charts/scale.ts';
import { PLOT, PLOT_HEIGHT, PLOT_WIDTH, SurfacePlot } from '../../charts/surface/SurfacePlot.tsx';
import { coordinate } from '../../training/studies/surfaceGrid.ts';
import type { GridPoint, ShownSurface } from './shownSurface.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

interface SurfacePanelProps {
  readonly surface: ShownSurface;
  readonly losses: Domain;
  readonly cursor: GridPoint | null;
  readonly onCursor: (cursor: GridPoint | null) => void;
}

export function SurfacePanel({ surface, losses, cursor, onCursor }: SurfacePanelProps) {
  const { step, result } = surface;
  const { name, colourIndex } = surface.subject.run;
  const { size } = result;
  const values = useMemo(() => filledSurface(result), [result]);
  const middle = (size - 1) / 2;
  const pointAt = (i: number, j: number) => ({
    i: clamp(i, 0, size - 1),
    j: clamp(j, 0, size - 1),
  });
  const at = cursor === null ? null : pointAt(cursor.i, cursor.j);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && cursor !== null) {
      event.preventDefault();
      onCursor(null);
    }
    const arrow = arrowOf(event);
    if (arrow === null) return;
    event.preventDefault();
    const far = event.shiftKey ? 5 : 1;
    const [right, down] = at === null ? [0, 0] : arrow;
    const from = at ?? { i: middle, j: middle };
    onCursor(pointAt(from.i + far * right, from.j - far * down));
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const zoom = PLOT_WIDTH / box.width;
    const x = ((event.clientX - box.left) * zoom - PLOT.left) / PLOT.side;
    const y = ((event.clientY - box.top) * zoom - PLOT.top) / PLOT.side;
    const isInside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
    const place = (share: number) => Math.round(share * (size - 1));
    onCursor(isInside ? pointAt(place(x), place(1 - y)) : null);
  };
  return (
    <section className="surface-panel" aria-label={t`Loss surface of ${name}`}>
      <h3 style={{ color: runColour(colourIndex) }}>
        {name}
        {step !== null && <span className="faint"> {t`at step ${formatCount(step)}`}</span>}
      </h3>
      <PlotArea
        className="surface-map"
        label={t`Contour map of ${name}’s loss. Arrow keys read values.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => onCursor(null)}
      >
        <svg viewBox={`0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`} aria-hidden="true">
          <SurfacePlot {...result} values={values} losses={losses} cursor={at} />
        </svg>
      </PlotArea>
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
    ? `${formatSigned(coordinate(result, i))}, ${formatSigned(coordinate(result, j))}`
    : t`trained network`;
  if (known[at] !== true) return <>{t`${where}: not computed yet`}</>;
  return (
    <Rich
      text={t`${where}: loss <b>${formatValue(result.loss[at] ?? Number.NaN)}</b>, accuracy ${formatPercent(result.accuracy[at] ?? Number.NaN)}`}
      marks={{ b: (inner) => <strong>{inner}</strong> }}
    />
  );
}
