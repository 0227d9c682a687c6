/** The result of an experiment: the verdict, the figure and the numbers, with buttons that save them. */

import type { ArmResult } from '../../app/experiments/armResult.ts';
import { armWords } from '../../app/experiments/armWords.ts';
import type { Arm, Experiment } from '../../app/experiments/experiment.ts';
import { armsOf } from '../../app/experiments/registry.ts';
import type { ExperimentState } from '../../app/experiments/state.ts';
import { ExperimentFigure, originOf } from '../../charts/experiment/ExperimentFigure.tsx';
import { useSession } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { copyDrawing, saveDrawing } from '../saveDrawing.ts';
import { saveFile } from '../saveFile.ts';
import { useSaving } from '../useSaving.ts';
import { FigureView } from './FigureView.tsx';
import { NumbersTable, numbersCsv } from './NumbersTable.tsx';
import { SIZE_NAMES } from './timeText.ts';
import { useRunner } from './useRunner.ts';
import { shownTitle } from '../../data/shownTitle.ts';
import { markWords } from '../../training/markWords.ts';
import { sentences } from '../../text/sentences.ts';
import { t } from '../../text/t.ts';

interface ResultProps {
  readonly experiment: Experiment;
  readonly state: Pick<ExperimentState, 'id' | 'size' | 'without'>;
  readonly results: readonly ArmResult[];
}

export function Result({ experiment, state, results: stored }: ResultProps) {
  const { size, without } = state;
  const runner = useRunner();
  const { store } = useSession();
  const { error, save } = useSaving();
  const results = stored.map((result) => ({ ...result, name: armWords(result.name) }));
  const verdict = experiment.verdict(results);
  const foreign = results.find(({ images }) => !images.isCifar10);
  const altered = unplanned(armsOf(state), results);
  const name = `${experiment.id}-${size}`;
  const slide = { experiment, size, results, layout: 'wide' } as const;
  const drawing = <ExperimentFigure {...slide} withNotes />;
  const saveFigure = (format: 'svg' | 'png') => save(() => saveDrawing(name, format, drawing));
  const openCurves = () => {
    store.setState({ view: 'curves' });
    document.querySelector('.views')?.scrollIntoView({ block: 'start' });
  };
  return (
    <>
      <p className={`verdict ${verdict.agrees === true ? 'agrees' : 'differs'}`}>
        <strong>{heading(verdict.agrees)}</strong> {verdict.text}
      </p>
      {altered.length > 0 && (
        <p className="warn">{t`The runs were changed: ${altered.join(t`; `)}. “Train again” runs the experiment as planned.`}</p>
      )}
      {foreign !== undefined && (
        <p className="warn">{t`Trained on ${shownTitle(foreign.images.title)}, not on CIFAR-10: the numbers can’t be compared with the published ones.`}</p>
      )}
      <p className="hint">
        {t`${SIZE_NAMES[size]}: ${sentences(experiment.scale[size], originOf(experiment, results))}`}
      </p>
      <FigureView experiment={experiment} size={size} results={results} />
      <div className="row">
        <button
          type="button"
          className="primary"
          onClick={() => saveFigure('svg')}
        >{t`Export figure, SVG`}</button>
        <button type="button" onClick={() => saveFigure('png')}>{t`Export figure, PNG`}</button>
        <button
          type="button"
          onClick={() => saveFile(`${name}.csv`, 'text/csv', numbersCsv(experiment, stored))}
        >{t`Numbers, CSV`}</button>
        <button
          type="button"
          onClick={() => save(() => copyDrawing(drawing))}
        >{t`Copy figure`}</button>
        <button type="button" onClick={openCurves}>{t`Open in Curves`}</button>
        <button
          type="button"
          onClick={() => void runner.start(experiment.id, size, true, without)}
        >{t`Train again`}</button>
      </div>
      <ErrorText>{error !== null && t`The figure could not be saved: ${error}`}</ErrorText>
      <NumbersTable experiment={experiment} results={results} />
    </>
  );
}

/** Changes to the runs that the experiment had not planned. */
function unplanned(arms: readonly Arm[], results: readonly ArmResult[]): string[] {
  return results.flatMap(({ arm, name, marks }) => {
    const planned = arms.find(({ id }) => id === arm)?.changes.length ?? 0;
    return marks
      .slice(planned)
      .map(({ step, label }) => t`${name}: ${markWords(label)} at step ${step}`);
  });
}

function heading(agrees: boolean | null): string {
  if (agrees === null) return t`Undecided.`;
  return agrees ? t`In the published direction.` : t`Not shown.`;
}
