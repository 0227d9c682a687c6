/** A curve between the two networks of the line, whose bend is trained to lead around the barrier. */
import { useState } from 'react';
import { studyMs } from '../../app/studyEstimate.ts';
import { formatCount } from '../../charts/format.ts';
import { InlineSelect } from '../inputs.tsx';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import { type Subject, useCanStudy, useStudies, useStudyRated } from '../studies/useStudies.ts';
import { CurveFigure } from './CurveFigure.tsx';
import { t } from '../../text/t.ts';

const STEPS = [50, 200, 800, 3200] as const;
const RATES = [0.01, 0.03, 0.1] as const;

interface CurvePartProps {
  readonly pair: readonly [Subject, Subject];
  readonly points: number;
  /** Of each split. */
  readonly images: number;
}

export function CurvePart({ pair: [from, to], points, images }: CurvePartProps) {
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const [steps, setSteps] = useState<number>(200);
  const [rate, setRate] = useState<number>(0.03);
  const curve = useStudies({
    ...{ kind: 'curve', name: `curve to ${to.run.id}`, ofModel: true },
    subjects: [from],
  });
  const [found] = curve.findings;
  const [started] = curve.started;
  const asked = started?.state.study;
  const task = { kind: 'curve', images, points, steps, rate } as const;
  const ms = studyMs(task, [from], rated);
  return (
    <>
      <p className="study-lead">{t`Is there a way around a barrier? A curve between the same two networks has one bend, which steps of SGD move so that the loss stays low all along the curve.`}</p>
      <div className="row study-controls">
        <button
          type="button"
          className="primary"
          disabled={!canStudy}
          onClick={() =>
            curve.start(async (of) => {
              const other = await curve.studiedOf(to);
              return { ...task, of, to: other };
            })
          }
        >{t`Bend the line`}</button>
        <InlineSelect
          label={t`Steps of the bend`}
          value={steps}
          options={STEPS.map((n) => [n, formatCount(n)])}
          onChange={setSteps}
        />
        <InlineSelect
          label={t`Rate of the bend`}
          value={rate}
          options={RATES.map((n) => [n, String(n)])}
          onChange={setRate}
        />
        <span className="hint">{t`takes about ${roughly(ms)}`}</span>
      </div>
      <StudyProgress what={t`Curve`} studies={[curve]} />
      {found !== undefined && found.result.curves.length > 0 && asked?.kind === 'curve' && (
        <CurveFigure
          {...{ from, to, step: found.step, result: found.result }}
          bendSteps={asked.steps}
        />
      )}
    </>
  );
}
