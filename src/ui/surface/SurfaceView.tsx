/** Loss surface: the loss in a plane through the trained weights, for all networks on one scale. */
import { useState } from 'react';
import { chosenImages, imageChoices, studyMs } from '../../app/studyEstimate.ts';
import { unknownSurface } from '../../app/surfaces.ts';
import { InlineSelect } from '../inputs.tsx';
import { imageOptions } from '../studies/imageOptions.ts';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import { useCanStudy, useStudies, useStudyRated, useSubjects } from '../studies/useStudies.ts';
import { SurfaceFigure } from './SurfaceFigure.tsx';
import {
  affordableSize,
  DEFAULT_SURFACE,
  type SurfaceSettings,
  SurfaceSettingsFields,
} from './SurfaceSettings.tsx';
import '../studies/studies.css';
import { t } from '../../text/t.ts';

/** Time that the default settings may take. */
const BUDGET_MS = 60_000;
/** By default, however fast the machine is. */
const MOST_IMAGES = 2000;

export function SurfaceView() {
  const subjects = useSubjects();
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const surfaces = useStudies({ kind: 'surface', name: 'surface', subjects, ofModel: true });
  const [changed, setChanged] = useState<Partial<SurfaceSettings>>({});
  const [chosen, setChosen] = useState<number | null>(null);
  const msFor = (size: number, count: number) =>
    studyMs({ ...DEFAULT_SURFACE, kind: 'surface', size, images: count }, subjects, rated);
  const size = affordableSize((points) => msFor(points, 100), BUDGET_MS);
  const settings: SurfaceSettings = { ...DEFAULT_SURFACE, size, ...changed };
  const { split } = settings;
  const available = Math.max(0, ...subjects.map(({ run }) => run.config.data[split]));
  const choices = imageChoices(available);
  const msOf = (count: number) => msFor(settings.size, count);
  const images = chosenImages(
    chosen,
    choices,
    (n) => (n <= MOST_IMAGES ? msOf(n) : Number.POSITIVE_INFINITY),
    BUDGET_MS,
  );
  const shown = surfaces.started.flatMap(({ subject, state: { study, step }, result }) =>
    study.kind === 'surface'
      ? [{ subject, step, study, result: result ?? unknownSurface(study) }]
      : [],
  );
  return (
    <div className="column study">
      <p className="study-lead">{t`What would the loss be at other weights? Two random directions span a plane through the trained weights, and colours show the loss in it. Training moves down such a surface: smooth slopes lead to the bottom, walls and dents do not (Li et al. 2018).`}</p>
      <div className="row study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy || images === 0}
          onClick={() => {
            // What the study shows of the machine's pace must not change what is chosen.
            setChosen(images);
            setChanged(settings);
            surfaces.start((of) => ({ kind: 'surface', of, images, ...settings }));
          }}
        >{t`Compute surfaces`}</button>
        <SurfaceSettingsFields
          settings={settings}
          onChange={(change) => setChanged({ ...changed, ...change })}
        />
        <InlineSelect
          label={split === 'test' ? t`Test images` : t`Training images`}
          options={imageOptions(choices)}
          value={images}
          onChange={setChosen}
        />
        <span className="hint">{t`takes about ${roughly(msOf(images))}`}</span>
      </div>
      <StudyProgress what={t`Surfaces`} studies={[surfaces]} />
      {shown.length > 0 ? (
        <SurfaceFigure shown={shown} />
      ) : (
        <p className="empty">{t`The first points appear within seconds; the grid then gets finer. The runs do not change.`}</p>
      )}
    </div>
  );
}
