/** Ways between two trained networks of one architecture: the straight line, and a curve. */
import { useState } from 'react';
import { chosenImages, imageChoices, studyMs } from '../../app/studyEstimate.ts';
import { formatCount } from '../../charts/format.ts';
import { isNormalizedAlike } from '../../data/normalization.ts';
import { expectedGraph } from '../../model/expectedGraph.ts';
import { InlineSelect } from '../inputs.tsx';
import { roughly, StudyProgress } from '../studies/StudyProgress.tsx';
import {
  sharesImages,
  type Subject,
  useCanStudy,
  useStudies,
  useStudyRated,
} from '../studies/useStudies.ts';
import { CurvePart } from './CurvePart.tsx';
import { LineFigure } from './LineFigure.tsx';
import { t } from '../../text/t.ts';

const POINTS = [5, 11, 21] as const;
/** Time that the default number of images may take. */
const BUDGET_MS = 45_000;
const MOST_IMAGES = 2000;

type Pair = readonly [Subject, Subject];

export function LinePanel({ subjects }: { subjects: readonly Subject[] }) {
  const canStudy = useCanStudy();
  const rated = useStudyRated();
  const [chosenPair, setPair] = useState(0);
  const [points, setPoints] = useState<number>(11);
  const [chosen, setChosen] = useState<number | null>(null);
  const pairs = pairsOf(subjects);
  const pair = pairs[chosenPair] ?? pairs[0];
  const [first, second] = pair ?? [];
  const line = useStudies({
    ...{ kind: 'line', name: `line to ${second?.run.id}`, ofModel: true },
    subjects: first === undefined ? [] : [first],
  });
  const { train = 0, test = 0 } = first?.run.config.data ?? {};
  const choices = imageChoices(Math.min(train, MOST_IMAGES, Math.max(test, 1)));
  const msOf = (count: number) =>
    studyMs({ kind: 'line', images: count, points }, first ? [first] : [], rated);
  const images = chosenImages(chosen, choices, msOf, BUDGET_MS);
  const [found] = line.findings;
  return (
    <>
      <p className="study-lead">{t`Are two trained networks in one valley of the loss? On the straight line between their weights the loss stays low if they are, and rises to a barrier if they are not.`}</p>
      {pair === undefined ? (
        <p className="empty">{t`Needs two networks of the same architecture on the same images: another seed, another rate, or one and the same run kept at an earlier step.`}</p>
      ) : (
        <div className="row study-controls">
          <button
            type="button"
            className="primary"
            disabled={!canStudy}
            onClick={() => {
              // What the study shows of the machine's pace must not change what is chosen.
              setChosen(images);
              line.start(async (of) => {
                const to = await line.studiedOf(pair[1]);
                return { kind: 'line', of, to, images, points };
              });
            }}
          >{t`Walk the line`}</button>
          <InlineSelect
            label={t`Between`}
            value={pairs.indexOf(pair)}
            options={pairs.map(([one, two], i) => [i, t`${one.run.name} and ${two.run.name}`])}
            onChange={setPair}
          />
          <InlineSelect
            label={t`Points`}
            value={points}
            options={POINTS.map((n) => [n, String(n)])}
            onChange={setPoints}
          />
          <InlineSelect
            label={t`Images of each split`}
            value={images}
            options={choices.map((count) => [count, formatCount(count)])}
            onChange={setChosen}
          />
          <span className="hint">{t`takes about ${roughly(msOf(images))}`}</span>
        </div>
      )}
      <StudyProgress what={t`Line`} studies={[line]} />
      {pair !== undefined && found !== undefined && (
        <LineFigure from={pair[0]} to={pair[1]} step={found.step} result={found.result} />
      )}
      {pair !== undefined && <CurvePart pair={pair} points={points} images={images} />}
    </>
  );
}

/** Of the same architecture, on the same images, normalised alike. */
function pairsOf(subjects: readonly Subject[]): readonly Pair[] {
  const shapes = subjects.map(({ run }) => JSON.stringify(expectedGraph(run.config.model).nodes));
  return subjects.flatMap((one, i) =>
    subjects.slice(i + 1).flatMap((two, j): Pair[] => {
      const fits =
        shapes[i] === shapes[i + 1 + j] &&
        sharesImages(one, two) &&
        isNormalizedAlike(one.run.config.data, two.run.config.data);
      return fits ? [[one, two]] : [];
    }),
  );
}
