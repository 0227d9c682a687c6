/** The loss surfaces of all nets side by side on one scale, with one cursor for all, read by pointer and arrow keys. */
import { useMemo, useState } from 'react';
import { formatCount } from '../../charts/format.ts';
import type { LossScale } from '../../charts/surface/contours.ts';
import { SCALE_BAR_HEIGHT, ScaleBar } from '../../charts/surface/ScaleBar.tsx';
import { lossRange, surfacesCsv } from '../../app/surfaces.ts';
import type { SurfaceResult, SurfaceStudy } from '../../training/studies/surface.ts';
import { FigureButtons } from './FigureButtons.tsx';
import { SurfacePanel } from './SurfacePanel.tsx';
import { SurfaceSlide } from './SurfaceSlide.tsx';
import { SurfaceTable } from './SurfaceTable.tsx';
import type { StudySubject } from './subjects.ts';
import { SURFACE_NOTES, SURFACE_TITLE } from './surfaceWords.ts';
import { useWidth } from './useWidth.ts';

export interface ShownSurface {
  readonly subject: StudySubject;
  readonly step: number | null;
  readonly study: SurfaceStudy;
  readonly result: SurfaceResult;
}

/** Of a grid: column along the first direction, row along the second. */
export interface GridPoint {
  readonly i: number;
  readonly j: number;
}

export function SurfaceFigure({ shown }: { shown: readonly ShownSurface[] }) {
  const [isLog, setIsLog] = useState(true);
  const [cursor, setCursor] = useState<GridPoint | null>(null);
  const [bar, barWidth] = useWidth<HTMLDivElement>(500);
  const [low, high] = useMemo(
    () => lossRange(shown.map(({ result }) => result)) ?? [1, 10],
    [shown],
  );
  const scale = useMemo((): LossScale => ({ low, high, isLog }), [low, high, isLog]);
  return (
    <figure aria-label={SURFACE_TITLE} className="study-figure">
      <figcaption>
        <strong>{SURFACE_TITLE}</strong>{' '}
        <span>
          Mean cross-entropy; the cross is the trained net, one unit is each filter’s own length.
        </span>
      </figcaption>
      <div className="surface-scale">
        <div ref={bar} className="surface-bar">
          <svg
            width={barWidth}
            height={SCALE_BAR_HEIGHT}
            viewBox={`0 0 ${barWidth} ${SCALE_BAR_HEIGHT}`}
            role="img"
            aria-label="Colour scale of the loss, dark low, light high"
          >
            <ScaleBar scale={scale} width={barWidth} />
          </svg>
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={isLog}
            onChange={(event) => setIsLog(event.target.checked)}
          />
          log scale
        </label>
      </div>
      <div className="surface-panels">
        {shown.map((surface) => (
          <SurfacePanel
            key={surface.subject.id}
            surface={surface}
            scale={scale}
            cursor={cursor}
            onCursor={setCursor}
          />
        ))}
      </div>
      {SURFACE_NOTES.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
      <FigureButtons
        name="loss-surface"
        csv={() =>
          surfacesCsv(
            shown.map(({ subject, step, result }) => ({ name: subject.name, step, result })),
          )
        }
        slide={() => <SurfaceSlide shown={shown} scale={scale} about={about(shown)} />}
      />
      <SurfaceTable shown={shown} />
    </figure>
  );
}

/** What the numbers come from. */
function about(shown: readonly ShownSurface[]): string {
  const parts = shown.map(({ subject, step, study, result }) => {
    const at = step === null ? '' : ` at step ${formatCount(step)}`;
    const split = study.split === 'test' ? 'test' : 'training';
    return `${subject.name}${at}, ${formatCount(result.images)} ${split} images, ${result.size} × ${result.size} points, seed ${study.seed}`;
  });
  return `${parts.join('; ')}.`;
}
