/** The loss surfaces of all networks side by side, on one scale and with one cursor. */
import { useMemo, useRef, useState } from 'react';
import { lossRange, surfacesCsv } from '../../app/surfaces.ts';
import { formatCount } from '../../charts/format.ts';
import { SCALE_BAR_HEIGHT, ScaleBar } from '../../charts/surface/ScaleBar.tsx';
import { useSize } from '../../charts/useSize.ts';
import { Check } from '../inputs.tsx';
import { namedStep, StudyFigure } from '../studies/StudyFigure.tsx';
import { SurfacePanel } from './SurfacePanel.tsx';
import { SurfaceSheet, surfaceSheetSize } from './SurfaceSheet.tsx';
import { SurfaceTable } from './SurfaceTable.tsx';
import type { GridPoint, ShownSurface } from './shownSurface.ts';
import { SURFACE_NOTES, SURFACE_TITLE } from './surfaceNotes.ts';
import { t } from '../../text/t.ts';

export function SurfaceFigure({ shown }: { shown: readonly ShownSurface[] }) {
  const [log, setLog] = useState(true);
  const [cursor, setCursor] = useState<GridPoint | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const barWidth = useSize(bar)?.width ?? 500;
  const [from, to] = lossRange(shown.map(({ result }) => result)) ?? [1, 10];
  const losses = useMemo(() => ({ from, to, log }), [from, to, log]);
  return (
    <StudyFigure
      title={SURFACE_TITLE}
      caption={t`Mean cross-entropy. The cross is the trained network; one unit is each filter’s own length.`}
      notes={SURFACE_NOTES}
      fileName="loss-surface"
      origin={originOf(shown)}
      sheet={{
        ...surfaceSheetSize(shown.length),
        nets: [],
        children: <SurfaceSheet shown={shown} losses={losses} />,
      }}
      csv={() =>
        surfacesCsv(
          shown.map(({ subject, step, result }) => ({ name: subject.run.name, step, result })),
        )
      }
      table={<SurfaceTable shown={shown} />}
    >
      <div className="row hint">
        <div ref={bar} className="surface-bar">
          <svg
            width={barWidth}
            height={SCALE_BAR_HEIGHT}
            viewBox={`0 0 ${barWidth} ${SCALE_BAR_HEIGHT}`}
            role="img"
            aria-label={t`Colour scale of the loss, dark low, light high`}
          >
            <ScaleBar losses={losses} width={barWidth} />
          </svg>
        </div>
        <Check checked={log} onChange={setLog}>{t`log scale`}</Check>
      </div>
      <div className="surface-panels">
        {shown.map((surface) => (
          <SurfacePanel
            key={surface.subject.run.id}
            surface={surface}
            losses={losses}
            cursor={cursor}
            onCursor={setCursor}
          />
        ))}
      </div>
    </StudyFigure>
  );
}

function originOf(shown: readonly ShownSurface[]): string {
  const parts = shown.map(({ subject, step, study, result }) => {
    const net = namedStep(subject.run.name, step, formatCount);
    const images = formatCount(result.images);
    const { size } = result;
    return study.split === 'test'
      ? t`${net}, ${images} test images, ${size} × ${size} points, seed ${study.seed}`
      : t`${net}, ${images} training images, ${size} × ${size} points, seed ${study.seed}`;
  });
  return t`${parts.join(t`; `)}.`;
}
