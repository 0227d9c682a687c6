/** The loss surfaces as one file shows them: side by side above their colour scale. */

import { filledSurface } from '../../app/surfaces.ts';
import { SANS } from '../../charts/figure/text.tsx';
import type { Domain } from '../../charts/scale.ts';
import { SCALE_BAR_HEIGHT, ScaleBar } from '../../charts/surface/ScaleBar.tsx';
import { PLOT_HEIGHT, PLOT_WIDTH, SurfacePlot } from '../../charts/surface/SurfacePlot.tsx';
import type { ShownSurface } from './shownSurface.ts';

const GAP = 24;
const NAME = 20;

/** Size of the sheet's drawing. */
export const surfaceSheetSize = (surfaces: number) => ({
  width: surfaces * PLOT_WIDTH + (surfaces - 1) * GAP,
  height: NAME + PLOT_HEIGHT + 12 + SCALE_BAR_HEIGHT,
});

interface SurfaceSheetProps {
  readonly shown: readonly ShownSurface[];
  readonly losses: Domain;
}

export function SurfaceSheet({ shown, losses }: SurfaceSheetProps) {
  return (
    <>
      {shown.map(({ subject: { run }, result }, i) => (
        <g key={run.id} transform={`translate(${i * (PLOT_WIDTH + GAP)} 0)`}>
          <text x={40} y={2} fontFamily={SANS} fontSize={14} fontWeight={600} fill="var(--ink)">
            {run.name}
          </text>
          <g transform={`translate(0 ${NAME - 8})`}>
            <SurfacePlot {...result} values={filledSurface(result)} losses={losses} />
          </g>
        </g>
      ))}
      <g transform={`translate(40 ${NAME + PLOT_HEIGHT + 8})`}>
        <ScaleBar
          losses={losses}
          width={Math.min(480, surfaceSheetSize(shown.length).width - 52)}
        />
      </g>
    </>
  );
}
