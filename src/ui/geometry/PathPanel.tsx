/** The path of training through the loss, on its principal plane. */
import { useState } from 'react';
import { chosenImages, studyMs } from '../../app/studyEstimate.ts';
import { formatCount } from '../../charts/format.ts';
import { InlineSelect } from '../inputs.tsx';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import { type Subject, useCanStudy, useStudies, useStudyRated } from '../studies/useStudies.ts';
import { wholeBatches } from './wholeBatches.ts';
import { PathFigure } from './PathFigure.tsx';
import { t } from '../../text/t.ts';

const SIZES = [5, 11, 21] as const;
/** Time that the default number of images may take. */
const BUDGET_MS = 90_000;

/** @param subjects runs in training. */
export function PathPanel({ subjects }: { subjects: readonly Subject[] }) {
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const [size, setSize] = useState<number>(11);
  const [chosen, setChosen] = useState<number | null>(null);
  const studies = useStudies({ kind: 'path', name: 'path', subjects, ofModel: true });
  const choices = wholeBatches(subjects, 1);
  const msOf = (count: number) => studyMs({ kind: 'path', images: count, size }, subjects, rated);
  const images = chosenImages(chosen, choices, msOf, BUDGET_MS);
  return (
    <>
      <p className="study-lead">{t`Which path did training take? One plane holds more of its variance than any other. Colours show the training loss there, and the line is the path’s projection, from the first weights to the present ones.`}</p>
      <div className="row study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy || subjects.length === 0}
          onClick={() => {
            // What the study shows of the machine's pace must not change what is chosen.
            setChosen(images);
            studies.start((of) => ({ kind: 'path', of, images, size }));
          }}
        >{t`Draw the path`}</button>
        <InlineSelect
          label={t`Points of the plane`}
          value={size}
          options={SIZES.map((n) => [n, `${n} × ${n}`])}
          onChange={setSize}
        />
        <InlineSelect
          label={t`Training images`}
          value={images}
          options={choices.map((count) => [count, formatCount(count)])}
          onChange={setChosen}
        />
        <span className="hint">{t`takes about ${roughly(msOf(images))}`}</span>
      </div>
      <StudyProgress what={t`Path`} studies={[studies]} />
      {studies.findings.length > 0 && <PathFigure findings={studies.findings} />}
    </>
  );
}
