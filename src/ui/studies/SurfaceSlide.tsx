/** The loss surfaces as one file shows them. */
import { SANS } from '../../charts/experiment/text.tsx';
import { Slide } from '../../charts/Slide.tsx';
import type { LossScale } from '../../charts/surface/contours.ts';
import { SCALE_BAR_HEIGHT, ScaleBar } from '../../charts/surface/ScaleBar.tsx';
import { PLOT_HEIGHT, PLOT_WIDTH, SurfacePlot } from '../../charts/surface/SurfacePlot.tsx';
import { filledSurface } from '../../app/surfaces.ts';
import type { ShownSurface } from './SurfaceFigure.tsx';
import { SURFACE_NOTES, SURFACE_TITLE } from './surfaceWords.ts';

const GAP = 24;
const NAME = 20;

interface SurfaceSlideProps {
  readonly shown: readonly ShownSurface[];
  readonly scale: LossScale;
  readonly about: string;
}

export function SurfaceSlide({ shown, scale, about }: SurfaceSlideProps) {
  const width = shown.length * PLOT_WIDTH + (shown.length - 1) * GAP;
  return (
    <Slide
      title={SURFACE_TITLE}
      nets={[]}
      notes={[about, ...SURFACE_NOTES]}
      width={width}
      height={NAME + PLOT_HEIGHT + 12 + SCALE_BAR_HEIGHT}
    >
      {shown.map(({ subject, result }, i) => (
        <g key={subject.id} transform={`translate(${i * (PLOT_WIDTH + GAP)} 0)`}>
          <text x={40} y={2} fontFamily={SANS} fontSize={14} fontWeight={600} fill="var(--ink)">
            {subject.name}
          </text>
          <g transform={`translate(0 ${NAME - 8})`}>
            <SurfacePlot
              values={filledSurface(result)}
              size={result.size}
              range={result.range}
              scale={scale}
            />
          </g>
        </g>
      ))}
      <g transform={`translate(40 ${NAME + PLOT_HEIGHT + 8})`}>
        <ScaleBar scale={scale} width={Math.min(480, width - 52)} />
      </g>
    </Slide>
  );
}
