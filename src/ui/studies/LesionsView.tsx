/** Lesion study: blocks of the trained nets switched off, one by one by hand, or all in turn. */
import { useState } from 'react';
import type { LayerGraph } from '../../model/graph.ts';
import { severalSets, sweepSets } from '../../app/lesions.ts';
import { affordableImages, evaluationMs, imageChoices } from '../../app/studyEstimate.ts';
import { usePage } from '../context.ts';
import { CountFigure } from './CountFigure.tsx';
import { ImagesField } from './ImagesField.tsx';
import { LesionDrawing } from './LesionDrawing.tsx';
import { LesionFigure } from './LesionFigure.tsx';
import { roughly, StudyProgress } from './StudyProgress.tsx';
import './studies.css';
import { type StudySubject, useAsk, useCanStudy, useStudies, useSubjects } from './subjects.ts';

/** What a sweep may take by default. */
const BUDGET_MS = 45_000;

const PICK = 'lesion';
const SWEEP = 'lesion sweep';
const SEVERAL = 'lesion several';

export function LesionsView() {
  const { ask, error } = useAsk();
  const subjects = useSubjects();
  const canStudy = useCanStudy();
  const gflops = usePage((state) => state.gflops ?? 1);
  const picks = useStudies(PICK, subjects);
  const sweeps = useStudies(SWEEP, subjects);
  const several = useStudies(SEVERAL, subjects);
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
  const test = (kind: string, subject: StudySubject, sets: string[][]) =>
    ask(kind, subject, (of) => ({ kind: 'lesions', of, images, sets }));
  const start = (kind: string, setsOf: (graph: LayerGraph) => string[][]) => {
    for (const subject of subjects) test(kind, subject, setsOf(subject.graph));
  };
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
        <span className="hint">a sweep takes about {roughly(sweepMs(images))}</span>
      </div>
      <StudyProgress what="Sweep" studies={[...sweeps, ...several]} error={error} />
      <div className="lesion-nets">
        {subjects.map((subject) => (
          <LesionDrawing
            key={subject.id}
            subject={subject}
            state={picks.find((pick) => pick.subject === subject)?.state}
            canStudy={canStudy}
            onTest={(off) => test(PICK, subject, [[], [...off]])}
          />
        ))}
      </div>
      <p className="hint">
        Click a block, or move with the arrow keys and press Space. A dashed arc: the shape changes.
      </p>
      {sweeps.length > 0 && <LesionFigure swept={sweeps} />}
      {several.length > 0 && <CountFigure swept={several} />}
    </div>
  );
}
