/** Lesion study: blocks of the trained nets switched off, one by one by hand, or all in turn. */
import { useState } from 'react';
import { formatDuration } from '../../charts/format.ts';
import { severalSets, sweepSets } from '../../runs/lesions.ts';
import { affordableImages, evaluationMs, imageChoices } from '../../runs/studyEstimate.ts';
import { usePage, useSession } from '../context.ts';
import { CountFigure } from './CountFigure.tsx';
import { ImagesField } from './ImagesField.tsx';
import { LesionDrawing } from './LesionDrawing.tsx';
import { LesionFigure, type Swept } from './LesionFigure.tsx';
import { StudyProgress } from './StudyProgress.tsx';
import './studies.css';
import { type StudySubject, useCanStudy, useStudies, useSubjects } from './subjects.ts';

/** What a sweep may take by default. */
const BUDGET_MS = 45_000;

const PICK = 'lesion';
const SWEEP = 'lesion sweep';
const SEVERAL = 'lesion several';

export function LesionsView() {
  const session = useSession();
  const subjects = useSubjects();
  const canStudy = useCanStudy();
  const gflops = usePage((state) => state.gflops ?? 1);
  const ids = subjects.map(({ id }) => id);
  const picks = useStudies(PICK, ids);
  const sweeps = useStudies(SWEEP, ids);
  const several = useStudies(SEVERAL, ids);
  const [chosen, setChosen] = useState<number | null>(null);
  const available = Math.max(0, ...subjects.map(({ config }) => config.data.test));
  const choices = imageChoices(available);
  const sweepMs = (images: number) =>
    evaluationMs(
      subjects.map(({ graph }) => graph.macs * sweepSets(graph).length),
      images,
      gflops,
    );
  const images = chosen ?? affordableImages(choices, sweepMs, BUDGET_MS);
  const start = (prefix: string, setsOf: (graph: StudySubject['graph']) => string[][]) => {
    for (const { id, graph, of } of subjects) {
      session.study(`${prefix} ${id}`, { kind: 'lesions', of, images, sets: setsOf(graph) });
    }
  };
  const sweptOf = (states: typeof sweeps): Swept[] =>
    subjects.flatMap((subject) => {
      const state = states[subject.id];
      return state === undefined ? [] : [{ subject, state }];
    });
  const [swept, counted] = [sweptOf(sweeps), sweptOf(several)];
  return (
    <div className="study">
      <p className="study-lead">
        Train, then switch blocks off without training again. If every block were a link of a chain,
        the net would break with any of them. A residual net hardly notices: its shortcuts leave
        many paths around each block (Veit et al. 2016). The runs themselves stay as they are.
      </p>
      <div className="study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy}
          onClick={() => start(SWEEP, sweepSets)}
        >
          Sweep every block
        </button>
        <button type="button" disabled={!canStudy} onClick={() => start(SEVERAL, severalSets)}>
          Remove several
        </button>
        <ImagesField label="Test images" choices={choices} value={images} onChange={setChosen} />
        <span className="hint">a sweep takes about {formatDuration(sweepMs(images))}</span>
      </div>
      <StudyProgress
        what="Sweep"
        studies={[
          ...swept.map((one) => ({ prefix: SWEEP, ...one })),
          ...counted.map((one) => ({ prefix: SEVERAL, ...one })),
        ].map(({ prefix, subject, state }) => ({
          key: `${prefix} ${subject.id}`,
          name: subject.name,
          state,
        }))}
      />
      <div className="lesion-nets">
        {subjects.map((subject) => (
          <LesionDrawing
            key={subject.id}
            subject={subject}
            state={picks[subject.id]}
            studyKey={`${PICK} ${subject.id}`}
            images={images}
            canStudy={canStudy}
          />
        ))}
      </div>
      <p className="hint">
        Click a block, or move with the arrow keys and press Space. A dashed arc: the shape changes.
      </p>
      {swept.length > 0 && <LesionFigure swept={swept} />}
      {counted.length > 0 && <CountFigure swept={counted} />}
    </div>
  );
}
