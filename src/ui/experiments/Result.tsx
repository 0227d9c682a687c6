/** What came out: the verdict, the figure, the numbers, and ways to take them along. */
import { useState } from 'react';
import { originOf } from '../../charts/experiment/ExperimentFigure.tsx';
import type { Arm, Experiment } from '../../app/experiments/experiment.ts';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { useSession } from '../context.ts';
import { saveFile } from '../saveFile.ts';
import { FigureView } from './FigureView.tsx';
import { figureFile } from './figureFile.tsx';
import { NumbersTable, numbersCsv } from './NumbersTable.tsx';
import { useRunner } from './useRunner.ts';
import { SIZE_NAMES } from './words.ts';

interface ResultProps {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  readonly results: readonly ArmResult[];
}

export function Result({ experiment, size, results }: ResultProps) {
  const runner = useRunner();
  const { store } = useSession();
  const [error, setError] = useState<string | null>(null);
  const verdict = experiment.verdict(results);
  const foreign = results.find(({ images }) => !images.isCifar10);
  const altered = unplanned(experiment.arms(size), results);
  const name = `${experiment.id}-${size}`;
  const save = async (format: 'svg' | 'png') => {
    try {
      const { type, content } = await figureFile({ experiment, size, results }, format);
      saveFile(`${name}.${format}`, type, content);
      setError(null);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
  };
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
        <p className="warn">
          Not the experiment’s own course: {altered.join('; ')}. “Train again” runs it as planned.
        </p>
      )}
      {foreign !== undefined && (
        <p className="warn">
          Trained on {foreign.images.title}, not on CIFAR-10: the numbers can’t be compared with the
          published ones.
        </p>
      )}
      <p className="hint">
        {SIZE_NAMES[size]}: {experiment.scale[size]} {originOf(results)}
      </p>
      <FigureView experiment={experiment} size={size} results={results} />
      <div className="actions">
        <button type="button" className="primary" onClick={() => save('svg')}>
          Export figure, SVG
        </button>
        <button type="button" onClick={() => save('png')}>
          Export figure, PNG
        </button>
        <button
          type="button"
          onClick={() => saveFile(`${name}.csv`, 'text/csv', numbersCsv(experiment, results))}
        >
          Numbers, CSV
        </button>
        <button type="button" onClick={openCurves}>
          Open in Curves
        </button>
        <button type="button" onClick={() => void runner.start(experiment.id, size, true)}>
          Train again
        </button>
      </div>
      {error !== null && (
        <p className="error" role="alert">
          The figure could not be saved: {error}
        </p>
      )}
      <NumbersTable experiment={experiment} results={results} />
    </>
  );
}

/** What happened to runs beside what the experiment had planned for them. */
function unplanned(arms: readonly Arm[], results: readonly ArmResult[]): string[] {
  return results.flatMap(({ arm, name, marks }) => {
    const planned = arms.find(({ id }) => id === arm)?.changes.length ?? 0;
    return marks.slice(planned).map(({ step, label }) => `${name}: ${label} at step ${step}`);
  });
}

function heading(agrees: boolean | null): string {
  if (agrees === null) return 'Undecided.';
  return agrees ? 'In the published direction.' : 'Not shown.';
}
