/** Lesion study: blocks of the trained networks switched off by hand, each in turn, or several at once. */
import { useState } from 'react';
import { severalSets, sweepSets } from '../../app/lesions.ts';
import { chosenImages, imageChoices, studyMs } from '../../app/studyEstimate.ts';
import { LESION_SWEEP } from '../../app/studyKeys.ts';
import type { Studied } from '../../training/studies/study.ts';
import { InlineSelect } from '../inputs.tsx';
import { imageOptions } from '../studies/imageOptions.ts';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import {
  type Subject,
  useCanStudy,
  useStudies,
  useStudyRated,
  useSubjects,
} from '../studies/useStudies.ts';
import { CountFigure } from './CountFigure.tsx';
import { LesionDrawing } from './LesionDrawing.tsx';
import { LesionFigure } from './LesionFigure.tsx';
import '../studies/studies.css';
import { t } from '../../text/t.ts';

/** Time that a sweep of the default number of images may take. */
const BUDGET_MS = 45_000;

export function LesionsView() {
  const subjects = useSubjects();
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const lesions = { kind: 'lesions', subjects, ofModel: true } as const;
  const picks = useStudies({ ...lesions, name: 'lesion' });
  const sweeps = useStudies({ ...lesions, name: LESION_SWEEP });
  const several = useStudies({ ...lesions, name: 'lesion several' });
  const [chosen, setChosen] = useState<number | null>(null);
  const available = Math.max(0, ...subjects.map(({ run }) => run.config.data.test));
  const choices = imageChoices(available);
  const sweepMs = (images: number) =>
    subjects.reduce((sum, subject) => {
      const task = { kind: 'lesions', images, sets: sweepSets(subject.graph) } as const;
      return sum + studyMs(task, [subject], rated);
    }, 0);
  const images = chosenImages(chosen, choices, sweepMs, BUDGET_MS);
  const start = (
    studies: typeof sweeps,
    setsOf: (subject: Subject) => readonly (readonly string[])[],
    which?: readonly Subject[],
  ) => {
    // What one study shows of the machine's pace must not change what the next one is compared on.
    setChosen(images);
    const study = (of: Studied, subject: Subject) =>
      ({ kind: 'lesions', of, images, sets: setsOf(subject) }) as const;
    studies.start(study, which);
  };
  return (
    <div className="column study">
      <p className="study-lead">{t`Train, then switch blocks off without training again. If the blocks were links of a chain, losing any one would break the network. A residual network hardly notices: its shortcuts leave many paths around each block (Veit et al. 2016). The runs themselves do not change.`}</p>
      <div className="row study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy}
          onClick={() => start(sweeps, ({ graph }) => sweepSets(graph))}
        >{t`Sweep every block`}</button>
        <button
          type="button"
          disabled={!canStudy}
          onClick={() => start(several, ({ graph }) => severalSets(graph))}
        >{t`Remove several`}</button>
        <InlineSelect
          label={t`Test images`}
          options={imageOptions(choices)}
          value={images}
          onChange={setChosen}
        />
        <span className="hint">{t`a sweep takes about ${roughly(sweepMs(images))}`}</span>
      </div>
      <StudyProgress what={t`Sweep`} studies={[sweeps, several]} failures={picks.notStarted} />
      <div className="lesion-nets">
        {subjects.map((subject) => (
          <LesionDrawing
            key={subject.run.id}
            subject={subject}
            state={picks.started.find((pick) => pick.subject === subject)?.state}
            canStudy={canStudy}
            onTest={(off) => start(picks, () => [[], [...off]], [subject])}
          />
        ))}
      </div>
      <p className="hint">{t`Click a block, or move with the arrow keys and press Space. A dashed arc marks a block that changes the shape.`}</p>
      {sweeps.started.length > 0 && <LesionFigure sweeps={sweeps.started} />}
      {several.started.length > 0 && <CountFigure studies={several.started} />}
    </div>
  );
}
