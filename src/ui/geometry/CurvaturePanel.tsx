/** The loss's largest curvature and the gradient's noise along the path of every run in training. */
import { useState } from 'react';
import { chosenImages, studyMs } from '../../app/studyEstimate.ts';
import { formatCount } from '../../charts/format.ts';
import { InlineSelect } from '../inputs.tsx';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import { type Subject, useCanStudy, useStudies, useStudyRated } from '../studies/useStudies.ts';
import { CurvatureFigure } from './CurvatureFigure.tsx';
import { wholeBatches } from './wholeBatches.ts';
import { t } from '../../text/t.ts';

/** One batch tells nothing of the noise. */
const FEWEST_BATCHES = 2;

const POINTS = [3, 5, 9, 17] as const;
/** Time that the default number of images may take. */
const BUDGET_MS = 120_000;

/** @param subjects runs in training. */
export function CurvaturePanel({ subjects }: { subjects: readonly Subject[] }) {
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const [points, setPoints] = useState<number>(5);
  const [chosen, setChosen] = useState<number | null>(null);
  const studies = useStudies({ kind: 'curvature', name: 'curvature', subjects, ofModel: true });
  const choices = wholeBatches(subjects, FEWEST_BATCHES);
  const msOf = (count: number) =>
    studyMs({ kind: 'curvature', images: count, points }, subjects, rated);
  const images = chosenImages(chosen, choices, msOf, BUDGET_MS);
  return (
    <>
      <p className="study-lead">{t`How sharply does the loss curve where training passed, and can a step of this rate still follow it? Where the largest curvature exceeds the limit that the rate sets, steps overshoot.`}</p>
      <div className="row study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy || subjects.length === 0}
          onClick={() => {
            // What the study shows of the machine's pace must not change what is chosen.
            setChosen(images);
            studies.start((of) => ({ kind: 'curvature', of, images, points }));
          }}
        >{t`Measure curvature`}</button>
        <InlineSelect
          label={t`Points of the path`}
          value={points}
          options={POINTS.map((n) => [n, String(n)])}
          onChange={setPoints}
        />
        <InlineSelect
          label={t`Training images`}
          value={images}
          options={choices.map((count) => [count, formatCount(count)])}
          onChange={setChosen}
        />
        <span className="hint">{t`takes about ${roughly(msOf(images))}`}</span>
      </div>
      <StudyProgress what={t`Curvature`} studies={[studies]} />
      {studies.findings.some(({ result }) => result.rows.length > 0) && (
        <CurvatureFigure findings={studies.findings} />
      )}
    </>
  );
}
